package io.bandpass.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.bandpass.metrics.RunLines;
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
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** report.html: one self-contained page about a run. */
public final class HtmlReport {
    /** Most pictures that are worth a place on the page: the first, the last, and some between. */
    private static final int PICTURES = 3;

    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);

    /** A chart with its heading and what its lines mean. */
    public record Chart(String title, String explanation, String svg, Map<String, String> legend) {}

    private HtmlReport() {}

    /**
     * Writes the page.
     *
     * @throws IOException if a picture cannot be read or the page cannot be written
     */
    public static void write(Path html, ReportData data) throws IOException {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("data", data);
        parameters.put("headlines", headlines(data));
        parameters.put("charts", charts(data));
        parameters.put("pictures", pictures(data.samples()));
        StringOutput page = new StringOutput();
        TEMPLATES.render("report.jte", parameters, page);
        Files.writeString(html, page.toString());
    }

    private static Map<String, String> headlines(ReportData data) {
        RunSummary summary = data.summary();
        Map<String, String> lines = new LinkedHashMap<>();
        percent(lines, "kNN top-1 of the trained encoder", summary.score(Scores.KNN_TOP1));
        percent(lines, "linear probe top-1 of it", summary.score(Scores.PROBE_TOP1));
        percent(lines, "of the untrained encoder", summary.score(Scores.KNN_TOP1_UNTRAINED));
        percent(lines, "of raw pixels", summary.score(Scores.KNN_TOP1_PIXELS));
        if (Double.isFinite(summary.finalLoss())) {
            lines.put("loss of the last epoch", String.format(Locale.ROOT, "%.4f", summary.finalLoss()));
        }
        lines.put("steps", summary.steps() + " in " + RunLines.duration(summary.seconds()));
        data.metrics().steps().stream()
                .mapToDouble(StepMetrics::imagesPerSecond)
                .filter(Double::isFinite)
                .average()
                .ifPresent(speed -> lines.put("images per second", String.format(Locale.ROOT, "%.0f", speed)));
        return lines;
    }

    private static void percent(Map<String, String> lines, String label, OptionalDouble value) {
        value.ifPresent(v -> lines.put(label, String.format(Locale.ROOT, "%.1f %%", 100 * v)));
    }

    private static List<Chart> charts(ReportData data) {
        List<StepMetrics> steps = data.metrics().steps();
        List<Chart> charts = new ArrayList<>();
        add(charts, "Loss", "Loss of each logged batch.", "epoch", false, List.of(curve(steps, StepMetrics::loss)));
        knnChart(data, charts);
        radialChart(data, charts);
        add(
                charts,
                "Learning rate",
                "A pure function of the step: warm-up, then decay.",
                "epoch",
                false,
                List.of(curve(steps, StepMetrics::learningRate)));
        add(
                charts,
                "Gradient norm",
                "Before clipping.",
                "epoch",
                true,
                List.of(curve(steps, StepMetrics::gradientNorm)));
        return charts;
    }

    private static Line curve(List<StepMetrics> steps, ToDoubleFunction<StepMetrics> value) {
        double[] x = steps.stream().mapToDouble(StepMetrics::epoch).toArray();
        return new Line("", "a", x, steps.stream().mapToDouble(value).toArray());
    }

    private static void knnChart(ReportData data, List<Chart> charts) {
        List<ScoreMetrics> looks = data.metrics().scores();
        if (looks.isEmpty()) {
            return;
        }
        double[] x = looks.stream().mapToDouble(ScoreMetrics::epoch).toArray();
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("encoder", "a", x, percents(looks, Scores.KNN_TOP1)));
        boolean probed =
                looks.stream().anyMatch(look -> look.value(Scores.PROBE_TOP1).isPresent());
        if (probed) {
            lines.add(new Line("encoder, linear probe", "d", x, percents(looks, Scores.PROBE_TOP1)));
        }
        baseline(lines, "raw pixels", "b", data.summary().score(Scores.KNN_TOP1_PIXELS), x);
        baseline(lines, "untrained encoder", "c", data.summary().score(Scores.KNN_TOP1_UNTRAINED), x);
        add(
                charts,
                "Is it learning?",
                "Per cent of held-out images whose class the nearest training images get right (k nearest neighbours of"
                        + " frozen features)"
                        + (probed ? "; and a linear classifier that is trained on the same features." : "."),
                "epoch",
                false,
                lines);
    }

    /** What was not measured is not drawn. */
    private static double[] percents(List<ScoreMetrics> looks, String score) {
        return looks.stream()
                .mapToDouble(look -> 100 * look.value(score).orElse(Double.NaN))
                .toArray();
    }

    private static void baseline(List<Line> lines, String label, String style, OptionalDouble value, double[] x) {
        value.ifPresent(v -> {
            double[] y = new double[x.length];
            Arrays.fill(y, 100 * v);
            lines.add(new Line(label, style, x, y));
        });
    }

    private static void radialChart(ReportData data, List<Chart> charts) {
        double[] radius = new double[data.radial().before().length];
        for (int i = 0; i < radius.length; i++) {
            radius[i] = i;
        }
        add(
                charts,
                "Error per frequency",
                "Mean amplitude of what is wrong, by distance from the centre of the spectrum ("
                        + data.taskDescription() + ").",
                "frequency bins",
                true,
                List.of(
                        new Line("corrupted input", "b", radius, data.radial().before()),
                        new Line("reconstruction", "a", radius, data.radial().after())));
    }

    private static void add(
            List<Chart> charts, String title, String explanation, String xLabel, boolean log, List<Line> lines) {
        String svg = SvgChart.of(xLabel, log, lines);
        if (!svg.isEmpty()) {
            Map<String, String> legend = new LinkedHashMap<>();
            lines.stream()
                    .filter(line -> !line.label().isEmpty())
                    .forEach(line -> legend.put(line.label(), line.style()));
            charts.add(new Chart(title, explanation, svg, legend));
        }
    }

    /** File name to data URI, the newest first. */
    private static Map<String, String> pictures(List<Path> samples) throws IOException {
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
