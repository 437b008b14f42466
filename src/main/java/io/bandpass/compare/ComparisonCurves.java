package io.bandpass.compare;

import io.bandpass.compare.ComparisonTable.Course;
import io.bandpass.compare.ComparisonTable.Use;
import io.bandpass.compare.SeedCurves.Curve;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.report.Chart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Curves of fine-tuning and segmentation, a loss and a score per encoder: per task, a line for the mean over seeds and a faint one for each seed.
 */
final class ComparisonCurves {
    /** Number of intervals of the epochs over which the noisy losses of batches are averaged. */
    private static final int INTERVALS = 40;

    private static final String LOSS =
            "Loss of the logged training batches, averaged over fortieths of the epochs" + SeedCurves.EXPLANATION;

    private final Use use;
    private final List<Course> courses;
    private final List<String> tasks;

    private ComparisonCurves(Use use, List<Course> courses, List<String> tasks) {
        this.use = use;
        this.courses = courses;
        this.tasks = tasks;
    }

    /**
     * Returns the charts that have data.
     *
     * @param courses of all encoders
     * @param tasks in the order of their colours
     */
    static List<Chart> of(List<Course> courses, List<String> tasks) {
        List<Chart> charts = new ArrayList<>();
        for (Use use : Use.values()) {
            List<Course> all =
                    courses.stream().filter(course -> course.use() == use).toList();
            for (String encoder : all.stream().map(Course::encoder).distinct().toList()) {
                ComparisonCurves curves = new ComparisonCurves(
                        use,
                        all.stream()
                                .filter(course -> course.encoder().equals(encoder))
                                .toList(),
                        tasks);
                curves.loss(encoder).ifPresent(charts::add);
                curves.score(encoder).ifPresent(charts::add);
            }
        }
        return charts;
    }

    private Optional<Chart> loss(String encoder) {
        double epochs = courses.stream()
                .flatMap(course -> course.metrics().steps().stream())
                .mapToDouble(StepMetrics::epoch)
                .max()
                .orElse(0);
        List<Curve> curves =
                courses.stream().map(course -> loss(course, epochs)).toList();
        return chart(use.title + " " + encoder + ": loss", LOSS, curves);
    }

    private static Curve loss(Course course, double epochs) {
        double[] sums = new double[INTERVALS];
        int[] counts = new int[INTERVALS];
        for (StepMetrics step : course.metrics().steps()) {
            if (Double.isFinite(step.loss())) {
                // The position is that after the step, so the end of an interval belongs to it.
                int interval = (int) Math.max(0, Math.ceil(INTERVALS * step.epoch() / epochs) - 1);
                sums[interval] += step.loss();
                counts[interval]++;
            }
        }
        return new Curve(
                course.task(),
                IntStream.range(0, INTERVALS)
                        .mapToDouble(i -> (i + 0.5) * epochs / INTERVALS)
                        .toArray(),
                IntStream.range(0, INTERVALS)
                        .mapToDouble(i -> sums[i] / counts[i])
                        .toArray());
    }

    /** Returns the chart of the score; empty if it was evaluated only once, at the end. */
    private Optional<Chart> score(String encoder) {
        List<Curve> curves = courses.stream().map(this::score).toList();
        return curves.stream().allMatch(curve -> curve.x().length < 2)
                ? Optional.empty()
                : chart(use.title + " " + encoder + ": " + use.label, use.explanation + SeedCurves.EXPLANATION, curves);
    }

    private Curve score(Course course) {
        List<ScoreMetrics> evaluations = course.metrics().scores();
        return new Curve(
                course.task(),
                evaluations.stream().mapToDouble(ScoreMetrics::epoch).toArray(),
                evaluations.stream()
                        .mapToDouble(
                                evaluation -> 100 * evaluation.value(use.score).orElse(Double.NaN))
                        .toArray());
    }

    private Optional<Chart> chart(String title, String explanation, List<Curve> curves) {
        return Chart.of(title, explanation, "epoch", false, SeedCurves.lines(curves, tasks));
    }
}
