package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.eval.RadialSpectrum;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PretrainingReportTest {
    private static final String HOSTILE = "<script>alert('1')</script>\"'><img src=x onerror=alert(2)>&lt;${7*6}";
    private static final RadialSpectrum RADIAL = new RadialSpectrum(new double[] {3, 2, 1}, new double[] {2, 1, 0.5});
    private static final MetricsFile.Content NO_METRICS = new MetricsFile.Content(List.of(), List.of());

    @TempDir
    private Path folder;

    @Test
    void aWholeRunHasItsHeadlinesAndCurves() throws IOException {
        List<StepMetrics> steps = IntStream.rangeClosed(1, 4)
                .mapToObj(i -> new StepMetrics(i, i / 2.0, 1.0 / i, 1e-3, 2, 100, 0.1))
                .toList();
        List<ScoreMetrics> knn = List.of(
                new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)),
                new ScoreMetrics(4, 2, Map.of(Scores.KNN_TOP1, 0.75)));
        String page = write(data("quick", summary("done", 0.25), new MetricsFile.Content(steps, knn)));

        assertThat(page)
                .contains("<title>quick – Bandpass</title>", "<h1>quick</h1>")
                .contains("<strong>75.0 %</strong><span>kNN top-1 of the trained encoder</span>")
                .contains("<strong>0.2500</strong><span>loss of the last epoch</span>")
                .contains("<strong>4 in 1m05s</strong><span>steps</span>")
                .contains("<strong>100</strong><span>images per second</span>")
                .doesNotContain("This run is not finished");
        assertThat(headings(page))
                .contains("Loss", "Is it learning?", "Error per frequency", "Learning rate", "Gradient norm");
        assertThat(page.split("<svg", -1)).hasSize(1 + 5);
        assertThat(page).contains("raw pixels").contains("corrupted input");
    }

    @Test
    void itSaysHowLargeTheImagesWereWhosePixelsVoted() throws IOException {
        RunSummary plain = summary("done", 0.25);
        Map<String, Double> scores = new LinkedHashMap<>(plain.scores());
        scores.put(Scores.KNN_PIXELS_SIZE, 32.0);
        RunSummary sized = new RunSummary("done", 4, 2, 0.25, scores, 0, 0, 65);
        List<ScoreMetrics> looks = List.of(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
        assertThat(write(data("quick", sized, new MetricsFile.Content(List.of(), looks))))
                .contains("<span>kNN top-1 of raw pixels (32 x 32)</span>", "&#9632; raw pixels (32 x 32)");
        assertThat(write(data("quick", plain, new MetricsFile.Content(List.of(), looks))))
                .contains("<span>kNN top-1 of raw pixels</span>");
    }

    @Test
    void reconstructionsThatAreNoNumbersAreSaid() throws IOException {
        PretrainingReport sound = data("quick", summary("done", 0.25), NO_METRICS);
        RadialSpectrum broken = new RadialSpectrum(new double[] {3, 2, 1}, new double[] {2, Double.NaN, 0.5});
        String sentence = "What the model makes of these images are no finite numbers";
        assertThat(write(sound)).doesNotContain(sentence);
        assertThat(write(new PretrainingReport(
                        sound.run(), sound.task(), sound.taskDescription(), sound.samples(), broken)))
                .contains(sentence);
    }

    @Test
    void aProbeHasALineBesideThatOfKnn() throws IOException {
        List<ScoreMetrics> looks = List.of(
                new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5, Scores.PROBE_TOP1, 0.6)),
                new ScoreMetrics(4, 2, Map.of(Scores.KNN_TOP1, 0.75, Scores.PROBE_TOP1, 0.9)));
        String probed = write(data("quick", summary("done", 0.25), new MetricsFile.Content(List.of(), looks)));
        assertThat(probed).contains("<polyline class=\"line d\"", "&#9632; encoder, linear probe");
        List<ScoreMetrics> knn = List.of(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
        String plain = write(data("quick", summary("done", 0.25), new MetricsFile.Content(List.of(), knn)));
        assertThat(plain).doesNotContain("line d", "linear probe");
    }

    @Test
    void textFromOutsideIsNeverMarkup() throws IOException {
        Path picture = Images.write(folder.resolve("step-1<script>'\".png"), 1, 4, 4);
        PretrainingReport data = new PretrainingReport(
                new RunReport(
                        HOSTILE,
                        summary(HOSTILE, 1),
                        NO_METRICS,
                        Map.of("data " + HOSTILE, HOSTILE),
                        "description: " + HOSTILE,
                        Map.of(HOSTILE, HOSTILE),
                        List.of("bandpass pretrain --resume " + HOSTILE)),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                List.of(picture),
                RADIAL);
        String page = write(data);

        assertThat(page.replace("&lt;script>", "")).doesNotContain("<script");
        assertThat(page).contains("&lt;script");
        // Nine places, each of which shows the text and none of which is a tag.
        assertThat(page.split("alert\\(2\\)", -1)).hasSize(1 + 9);
        assertThat(tags(page)).noneMatch(tag -> tag.contains("onerror") || tag.contains("src=x"));
        assertThat(page).contains("${7*6}").doesNotContain("42<");
    }

    @Test
    void thePageNeedsNothingButItself() throws IOException {
        Path picture = Images.write(folder.resolve("step-5.png"), 1, 4, 4);
        String page = write(new PretrainingReport(
                new RunReport(
                        "quick",
                        summary("done", 1),
                        NO_METRICS,
                        Map.of("paper", "https://example.org/paper"),
                        "",
                        Map.of(),
                        List.of()),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                List.of(picture),
                RADIAL));
        assertThat(page)
                .contains("src=\"data:image/png;base64,"
                        + Base64.getEncoder().encodeToString(Files.readAllBytes(picture)) + "\"");
        assertThat(tags(page))
                .noneMatch(tag -> tag.startsWith("<link") || tag.startsWith("<script") || tag.startsWith("<iframe"))
                .noneMatch(tag -> tag.contains("href="))
                .allMatch(tag -> !tag.contains("src=") || tag.contains("src=\"data:image/png;base64,"));
        assertThat(page).doesNotContain("url(").doesNotContain("@import");
    }

    @Test
    void aRunThatWasStoppedBeforeItsFirstStepHasAPage() throws IOException {
        double[] unknown = {Double.NaN, Double.NaN};
        String page = write(new PretrainingReport(
                new RunReport(
                        "quick", summary("interrupted", Double.NaN), NO_METRICS, Map.of(), "", Map.of(), List.of()),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                List.of(),
                new RadialSpectrum(unknown, unknown)));
        assertThat(page)
                .contains("This run is not finished:</strong> interrupted after 4 steps")
                .doesNotContain("<svg")
                .doesNotContain("<figure")
                .doesNotContain("NaN");
    }

    @Test
    void aSingleStepIsADotAndNotFiniteValuesAreNotDrawn() throws IOException {
        StepMetrics one = new StepMetrics(1, 0.5, 0.25, 1e-3, Double.POSITIVE_INFINITY, Double.NaN, 0);
        StepMetrics lost = new StepMetrics(2, 1, Double.NaN, 1e-3, Double.NaN, Double.POSITIVE_INFINITY, 0);
        String page = write(data("quick", summary("done", 1), new MetricsFile.Content(List.of(one, lost), List.of())));
        assertThat(headings(page)).contains("Loss", "Learning rate").doesNotContain("Gradient norm", "Is it learning?");
        assertThat(page).contains("<circle").doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void theNewestPictureStandsFirstAndOnlyAFewOthersFolded() throws IOException {
        Path[] pictures = IntStream.rangeClosed(1, 9)
                .mapToObj(i -> Images.write(folder.resolve("step-" + i + ".png"), i, 4, 4))
                .toArray(Path[]::new);
        String page = write(new PretrainingReport(
                new RunReport("quick", summary("done", 1), NO_METRICS, Map.of(), "", Map.of(), List.of()),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                Arrays.asList(pictures),
                RADIAL));
        assertThat(captions(page)).hasSize(3).startsWith("step 9").contains("step 5", "step 1");
        assertThat(page.indexOf("<figcaption>step 9<")).isLessThan(page.indexOf("<summary>Earlier in the run"));
        assertThat(page.indexOf("<figcaption>step 5<")).isGreaterThan(page.indexOf("<summary>Earlier in the run"));

        String single = write(new PretrainingReport(
                new RunReport("quick", summary("done", 1), NO_METRICS, Map.of(), "", Map.of(), List.of()),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                List.of(pictures[0]),
                RADIAL));
        assertThat(captions(single)).containsExactly("step 1");
        assertThat(single).doesNotContain("Earlier in the run");
    }

    @Test
    void aPictureThatIsGoneIsAnException() {
        PretrainingReport data = new PretrainingReport(
                new RunReport("quick", summary("done", 1), NO_METRICS, Map.of(), "", Map.of(), List.of()),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                List.of(folder.resolve("gone.png")),
                RADIAL);
        assertThatThrownBy(() -> write(data)).isInstanceOf(NoSuchFileException.class);
    }

    private static PretrainingReport data(String title, RunSummary summary, MetricsFile.Content metrics) {
        return new PretrainingReport(
                new RunReport(title, summary, metrics, Map.of(), "", Map.of(), List.of()),
                new MaskedFrequencyConfig(),
                "circle of radius 4",
                List.of(),
                RADIAL);
    }

    private static RunSummary summary(String outcome, double loss) {
        return new RunSummary(
                outcome,
                4,
                2,
                loss,
                Map.of(
                        Scores.KNN_TOP1, 0.75,
                        Scores.KNN_TOP1_BEST, 0.75,
                        Scores.KNN_TOP1_PIXELS, 0.6,
                        Scores.KNN_TOP1_UNTRAINED, 0.5),
                0,
                0,
                65);
    }

    private String write(PretrainingReport data) throws IOException {
        Path html = folder.resolve("report.html");
        data.write(html);
        return Files.readString(html);
    }

    private static List<String> tags(String page) {
        return found("<[a-zA-Z/][^>]*>", page);
    }

    private static List<String> headings(String page) {
        return found("(?<=<h2>)[^<]*", page);
    }

    private static List<String> captions(String page) {
        return found("(?<=<figcaption>)[^<]*", page);
    }

    private static List<String> found(String pattern, String page) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
