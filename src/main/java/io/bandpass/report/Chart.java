package io.bandpass.report;

import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.report.SvgChart.Line;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A chart with its heading and what its lines mean.
 *
 * @param svg inline
 * @param legend name of a line to its CSS class
 * @param table its values
 */
public record Chart(String title, String explanation, String svg, Map<String, String> legend, ChartTable table) {
    /** The style of a line that is alone in its chart: the colour of text, which means nothing else. */
    static final String ALONE = "alone";

    /** A chart, or nothing where there is nothing to draw. */
    public static Optional<Chart> of(String title, String explanation, String xLabel, boolean log, List<Line> lines) {
        String svg = SvgChart.of(title, xLabel, log, lines);
        if (svg.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> legend = new LinkedHashMap<>();
        lines.stream().filter(line -> !line.label().isEmpty()).forEach(line -> legend.put(line.label(), line.style()));
        return Optional.of(new Chart(title, explanation, svg, legend, ChartTable.of(title, xLabel, lines)));
    }

    /** Over the epochs. */
    static Optional<Chart> loss(List<StepMetrics> steps) {
        return ofSteps("Loss", "Loss of each logged batch.", false, steps, StepMetrics::loss);
    }

    /** Over the epochs. */
    static Optional<Chart> learningRate(List<StepMetrics> steps) {
        String explanation = "A pure function of the step: warm-up, then decay.";
        return ofSteps("Learning rate", explanation, false, steps, StepMetrics::learningRate);
    }

    /** Over the epochs, on a log scale. */
    static Optional<Chart> gradientNorm(List<StepMetrics> steps) {
        return ofSteps("Gradient norm", "Before clipping.", true, steps, StepMetrics::gradientNorm);
    }

    private static Optional<Chart> ofSteps(
            String title,
            String explanation,
            boolean log,
            List<StepMetrics> steps,
            ToDoubleFunction<StepMetrics> value) {
        double[] x = steps.stream().mapToDouble(StepMetrics::epoch).toArray();
        double[] y = steps.stream().mapToDouble(value).toArray();
        return of(title, explanation, "epoch", log, List.of(new Line("", ALONE, x, y)));
    }

    /** A line of a score over the epochs, in per cent. */
    static Line percent(List<ScoreMetrics> rows, String label, String style, String score) {
        return line(rows, label, style, row -> 100 * row.value(score).orElse(Double.NaN));
    }

    /** A line over the epochs; NaN where nothing was measured. */
    static Line line(List<ScoreMetrics> rows, String label, String style, ToDoubleFunction<ScoreMetrics> value) {
        return new Line(
                label,
                style,
                rows.stream().mapToDouble(ScoreMetrics::epoch).toArray(),
                rows.stream().mapToDouble(value).toArray());
    }
}
