package io.bandpass.report;

import io.bandpass.config.TaskConfig;
import io.bandpass.eval.FeatureSpread;
import io.bandpass.eval.RadialSpectrum;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.report.SvgChart.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The report of a pre-training run.
 *
 * @param task what was trained
 * @param taskDescription the task with its settings, in words
 * @param samples pictures, the oldest first
 * @param radial reconstruction error per radius
 */
public record PretrainingReport(
        RunReport run, TaskConfig task, String taskDescription, List<Path> samples, RadialSpectrum radial) {
    /** Most pictures that are worth a place on the page: the first, the last, and some between. */
    private static final int PICTURES = 3;

    /**
     * Writes the page.
     *
     * @throws IOException if a picture cannot be read or the page cannot be written
     */
    public void write(Path html) throws IOException {
        Page.of(run, figures(), charts()).write(html, "pretraining.jte", Map.of("task", task, "pictures", pictures()));
    }

    private Map<String, String> figures() {
        RunSummary summary = run.summary();
        Map<String, String> figures = new LinkedHashMap<>();
        Page.percent(figures, "kNN top-1 of the trained encoder", summary.score(Scores.KNN_TOP1));
        Page.percent(figures, "linear probe top-1 of it", summary.score(Scores.PROBE_TOP1));
        Page.percent(figures, "kNN top-1 of the untrained encoder", summary.score(Scores.KNN_TOP1_UNTRAINED));
        Page.percent(figures, "kNN top-1 of " + rawPixels(summary), summary.score(Scores.KNN_TOP1_PIXELS));
        return figures;
    }

    /** Runs of earlier versions do not say how large the images were. */
    private static String rawPixels(RunSummary summary) {
        OptionalDouble size = summary.score(Scores.KNN_PIXELS_SIZE);
        return size.isEmpty()
                ? "raw pixels"
                : String.format(Locale.ROOT, "raw pixels (%1$.0f x %1$.0f)", size.getAsDouble());
    }

    private List<Chart> charts() {
        List<StepMetrics> steps = run.metrics().steps();
        List<Chart> charts = new ArrayList<>();
        Chart.loss(steps).ifPresent(charts::add);
        knnChart().ifPresent(charts::add);
        rankChart().ifPresent(charts::add);
        halvesChart().ifPresent(charts::add);
        radialChart().ifPresent(charts::add);
        Chart.learningRate(steps).ifPresent(charts::add);
        Chart.gradientNorm(steps).ifPresent(charts::add);
        return charts;
    }

    private Optional<Chart> knnChart() {
        List<ScoreMetrics> looks = run.metrics().scores();
        boolean scored =
                looks.stream().anyMatch(look -> look.value(Scores.KNN_TOP1).isPresent());
        if (!scored && run.summary().score(Scores.KNN_TOP1_PIXELS).isEmpty()) {
            return Optional.empty();
        }
        double[] x = looks.stream().mapToDouble(ScoreMetrics::epoch).toArray();
        List<Line> lines = new ArrayList<>();
        lines.add(Chart.percent(looks, "encoder", "a", Scores.KNN_TOP1));
        boolean probed =
                looks.stream().anyMatch(look -> look.value(Scores.PROBE_TOP1).isPresent());
        if (probed) {
            lines.add(Chart.percent(looks, "encoder, linear probe", "d", Scores.PROBE_TOP1));
        }
        baseline(lines, rawPixels(run.summary()), "b", run.summary().score(Scores.KNN_TOP1_PIXELS), x);
        baseline(lines, "untrained encoder", "c", run.summary().score(Scores.KNN_TOP1_UNTRAINED), x);
        return Chart.of(
                "Is it learning?",
                "Per cent of held-out images whose class the nearest training images get right (k nearest neighbours of"
                        + " frozen features)"
                        + (probed ? "; and a linear classifier that is trained on the same features." : "."),
                "epoch",
                false,
                lines);
    }

    private Optional<Chart> rankChart() {
        return Chart.of(
                "Have the features collapsed?",
                "Effective rank of the features of at most 512 images: about how many independent directions they differ"
                        + " along." + collapse(),
                "epoch",
                false,
                List.of(Chart.line(
                        run.metrics().scores(),
                        "",
                        Chart.ALONE,
                        look -> look.value(Scores.FEATURE_RANK).orElse(Double.NaN))));
    }

    private String collapse() {
        RunSummary summary = run.summary();
        return FeatureSpread.collapse(summary.score(Scores.FEATURE_RANK), summary.score(Scores.FEATURE_RANK_START))
                .map(sentence -> " In this run " + sentence + ".")
                .orElse("");
    }

    private Optional<Chart> halvesChart() {
        List<ScoreMetrics> looks = run.metrics().scores();
        List<Line> lines = new ArrayList<>();
        addShare(lines, looks, "low-pass images", "a", Scores.LOSS_LOW_PASS);
        addShare(lines, looks, "high-pass images", "f", Scores.LOSS_HIGH_PASS);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        baseline(
                lines,
                "predicting zero",
                "c",
                OptionalDouble.of(1),
                lines.get(0).x());
        return Chart.of(
                "Does it predict what is missing?",
                "Loss of low-pass images, whose high frequencies are predicted, and of high-pass images, in per cent of the"
                        + " loss of a prediction of zero.",
                "epoch",
                false,
                lines);
    }

    private static void addShare(List<Line> lines, List<ScoreMetrics> looks, String label, String style, String loss) {
        if (looks.stream().anyMatch(look -> look.value(loss).isPresent())) {
            lines.add(Chart.line(
                    looks,
                    label,
                    style,
                    look -> 100
                            * look.value(loss).orElse(Double.NaN)
                            / look.value(Scores.ofZero(loss)).orElse(Double.NaN)));
        }
    }

    /** What was not measured is not drawn. */
    private static void baseline(List<Line> lines, String label, String style, OptionalDouble value, double[] x) {
        value.ifPresent(v -> {
            double[] y = new double[x.length];
            Arrays.fill(y, 100 * v);
            lines.add(new Line(label, style, x, y));
        });
    }

    private Optional<Chart> radialChart() {
        double[] radius =
                IntStream.range(0, radial.before().length).asDoubleStream().toArray();
        return Chart.of(
                "Error per frequency",
                "Mean amplitude of what is wrong, by distance from the centre of the spectrum (" + taskDescription
                        + ")."
                        + (Arrays.stream(radial.after()).allMatch(Double::isFinite)
                                ? ""
                                : " What the model makes of these images are no finite numbers, so there is no line of it."),
                "frequency bins",
                true,
                List.of(
                        new Line("corrupted input", "e", radius, radial.before()),
                        new Line("reconstruction", "f", radius, radial.after())));
    }

    /** File name to data URI, the newest first. */
    private Map<String, String> pictures() throws IOException {
        Map<String, String> pictures = new LinkedHashMap<>();
        int count = Math.min(PICTURES, samples.size());
        for (int i = count - 1; i >= 0; i--) {
            int index = count == 1 ? samples.size() - 1 : i * (samples.size() - 1) / (count - 1);
            Path picture = samples.get(index);
            String encoded = Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
            pictures.put(
                    String.valueOf(picture.getFileName()).replace(".png", "").replace('-', ' '),
                    "data:image/png;base64," + encoded);
        }
        return pictures;
    }
}
