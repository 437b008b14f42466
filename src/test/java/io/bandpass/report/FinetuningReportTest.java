package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.metrics.ClassScores;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FinetuningReportTest {
    private static final String HOSTILE = "<script>alert('1')</script>\"'><img src=x onerror=alert(2)>";

    @TempDir
    private Path folder;

    /** Each class has 10 images, of which c % 10 are right and the others taken for the next class. */
    private static ClassScores scores(int classes) {
        long[][] confusion = new long[classes][classes];
        for (int c = 0; c < classes; c++) {
            confusion[c][c] += c % 10;
            confusion[c][(c + 1) % classes] += 10 - c % 10;
        }
        List<OptionalDouble> accuracies = IntStream.range(0, classes)
                .mapToObj(c -> OptionalDouble.of(c % 10 / 10.0))
                .toList();
        List<String> names =
                IntStream.range(0, classes).mapToObj(c -> "class-" + c).toList();
        return new ClassScores(40, names, accuracies, confusion);
    }

    private String page(ClassScores scores) throws IOException {
        RunSummary summary = new RunSummary(
                "done",
                40,
                4,
                0.5,
                Map.of(
                        Scores.TOP1, 0.75,
                        Scores.TOP1_BEST, 0.8,
                        Scores.TOP1_BEST_STEP, 30.0,
                        Scores.TOP5, 0.95,
                        Scores.CALIBRATION_ERROR, 0.034),
                0,
                0,
                65);
        List<StepMetrics> steps = IntStream.rangeClosed(1, 4)
                .mapToObj(i -> new StepMetrics(10L * i, i, 1.0 / i, 1e-3, 2, 100, 0.1))
                .toList();
        List<ScoreMetrics> looks = List.of(
                new ScoreMetrics(10, 1, Map.of(Scores.TOP1, 0.5, Scores.TOP5, 0.7)),
                new ScoreMetrics(40, 4, Map.of(Scores.TOP1, 0.75, Scores.TOP5, 0.95)));
        RunReport run = new RunReport(
                "mine",
                summary,
                new MetricsFile.Content(steps, looks),
                Map.of("images", "100"),
                "labels:",
                Map.of(),
                List.of("bandpass " + HOSTILE));
        Path html = folder.resolve("report.html");
        new FinetuningReport(run, "It began with " + HOSTILE, 10, scores).write(html);
        return Files.readString(html);
    }

    @Test
    void aWholeRunHasItsHeadlinesCurvesAndClasses() throws IOException {
        String page = page(scores(10));

        assertThat(page)
                .contains("<title>mine – Bandpass</title>")
                .contains("<strong>75.0 %</strong><span>top-1 of held-out images</span>")
                .contains("<strong>80.0 %</strong><span>best top-1, after epoch 3.0</span>")
                .contains("<strong>95.0 %</strong><span>top-5</span>")
                .contains("<strong>3.4 %</strong><span>calibration error</span>")
                .contains("<strong>40 in 1m05s</strong><span>steps</span>")
                .contains("<h2>Accuracy</h2>", "<h2>Loss</h2>", "<h2>Learning rate</h2>", "<h2>Gradient norm</h2>")
                .contains("title=\"3 of 10 images of class-7 taken for class-8\">3</td>")
                .contains("title=\"0 of 10 images of class-7 taken for class-1\"></td>")
                .doesNotContain("No labels were used", "more classes");
        assertThat(page.split("<svg", -1)).hasSize(1 + 4);
        assertThat(page.split("<td class=\"right\"", -1)).hasSize(1 + 10);
        assertThat(page.indexOf("<th scope=\"row\">class-0<"))
                .as("the least accurate first")
                .isPositive()
                .isLessThan(page.indexOf("<th scope=\"row\">class-9<"));
    }

    @Test
    void manyClassesAreFoldedAndOnlyTheirMostConfusedPairsShown() throws IOException {
        String page = page(scores(31));

        assertThat(page)
                .contains("<summary>1 more class</summary>", "The most confused pairs")
                .contains("<tr><td>class-10</td><td>class-11</td><td class=\"number\">10</td>"
                        + "<td class=\"number\">100.0 %</td></tr>")
                .doesNotContain("class=\"matrix\"");
        assertThat(page.split("% *</td></tr>", -1)).hasSize(1 + 25);
        assertThat(page(scores(30))).contains("class=\"matrix\"").doesNotContain("more classes");
    }

    @Test
    void aClassWithoutImagesSaysSoAndFewClassesHaveNoTop5() throws IOException {
        String page = page(new ClassScores(
                40, List.of("cat", "dog"), List.of(OptionalDouble.empty(), OptionalDouble.of(1)), new long[][] {
                    {0, 0}, {0, 4}
                }));

        assertThat(page).contains("no images").doesNotContain("top-5").doesNotContain("NaN");
        assertThat(page.indexOf("<th scope=\"row\">dog<")).isLessThan(page.indexOf("<th scope=\"row\">cat<"));
    }

    @Test
    void namesFromOutsideAreNeverMarkup() throws IOException {
        String page = page(new ClassScores(
                40, List.of(HOSTILE, "dog"), List.of(OptionalDouble.of(0.5), OptionalDouble.of(1)), new long[][] {
                    {1, 1}, {0, 4}
                }));

        assertThat(page).doesNotContain("<script").doesNotContain("<img").contains("&lt;script");
        assertThat(page).doesNotContain("url(").doesNotContain("@import").doesNotContain("href=");
    }
}
