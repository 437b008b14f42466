package io.bandpass.compare;

import io.bandpass.report.SvgChart.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Curves of seeds as the lines of a chart: for each task a strong one for their mean, and a faint one for each seed. */
final class SeedCurves {
    /** End of a chart's explanation. */
    static final String EXPLANATION = "; a faint line for each seed, a strong one for their mean.";

    /** Values of a seed, at positions that all seeds of a task share; NaN if missing. */
    record Curve(String task, double[] x, double[] y) {}

    private SeedCurves() {}

    /**
     * Returns the lines.
     *
     * @param tasks in the order of their colours
     */
    static List<Line> lines(List<Curve> curves, List<String> tasks) {
        List<Line> lines = new ArrayList<>();
        for (String task : tasks) {
            String style = DotChart.style(tasks.indexOf(task));
            List<Curve> seeds =
                    curves.stream().filter(curve -> curve.task().equals(task)).toList();
            if (seeds.size() > 1) {
                seeds.forEach(seed -> lines.add(new Line("", style + " one", seed.x(), seed.y())));
            }
            if (!seeds.isEmpty()) {
                lines.add(mean(task, style, seeds));
            }
        }
        return lines;
    }

    /**
     * Averages where all seeds have a value: a run may have ended early, and the mean of the rest is not comparable.
     */
    private static Line mean(String task, String style, List<Curve> seeds) {
        int points = seeds.stream().mapToInt(seed -> seed.y().length).min().orElse(0);
        double[] means = IntStream.range(0, points)
                .mapToDouble(
                        i -> seeds.stream().mapToDouble(seed -> seed.y()[i]).sum() / seeds.size())
                .toArray();
        return new Line(task, style, Arrays.copyOf(seeds.get(0).x(), points), means);
    }
}
