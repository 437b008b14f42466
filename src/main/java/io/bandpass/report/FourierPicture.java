package io.bandpass.report;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Error along each frequency as a picture, with low frequencies in the middle.
 *
 * @param range smallest and largest error, in words
 * @param svg inline
 */
public record FourierPicture(String model, String range, String svg) {
    private static final int SIDE = 320;
    private static final int TENTHS = 10;

    /**
     * Draws the measurements of several models in colours that mean the same in all pictures: from the smallest error of
     * any to the largest, each rounded to ten per cent.
     *
     * @param models by name; all measurements of single frequencies, on a grid, each with the same number of images
     */
    public static List<FourierPicture> of(Map<String, List<Measurement>> models) {
        DoubleSummaryStatistics all =
                errors(models.values().stream().flatMap(List::stream).toList());
        double white = Math.floor(TENTHS * all.getMin()) / TENTHS;
        double dark = Math.max(white + 1.0 / TENTHS, Math.ceil(TENTHS * all.getMax()) / TENTHS);
        return models.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue(), white, dark))
                .toList();
    }

    private static DoubleSummaryStatistics errors(List<Measurement> measurements) {
        return measurements.stream().mapToDouble(Measurement::error).summaryStatistics();
    }

    private static FourierPicture of(String model, List<Measurement> measurements, double white, double dark) {
        TreeSet<Integer> rows = new TreeSet<>();
        TreeSet<Integer> columns = new TreeSet<>();
        for (Measurement one : measurements) {
            rows.add(frequency(one).u());
            columns.add(frequency(one).v());
        }
        double height = SIDE / (double) rows.size();
        double width = SIDE / (double) columns.size();
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" shape-rendering=\"crispEdges\" style=\"max-width: %dpx\">",
                SIDE,
                SIDE,
                SIDE));
        for (Measurement one : measurements) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"><title>u %d, v %d: %.1f"
                            + " %%</title></rect>",
                    columns.headSet(frequency(one).v()).size() * width,
                    rows.headSet(frequency(one).u()).size() * height,
                    width,
                    height,
                    colour((one.error() - white) / (dark - white)),
                    frequency(one).u(),
                    frequency(one).v(),
                    100 * one.error()));
        }
        svg.append("</svg>");
        DoubleSummaryStatistics own = errors(measurements);
        return new FourierPicture(
                model,
                String.format(
                        Locale.ROOT,
                        "Errors from %.1f to %.1f %%; white is %.0f %%, dark blue %.0f %%.",
                        100 * own.getMin(),
                        100 * own.getMax(),
                        100 * white,
                        100 * dark),
                svg.toString());
    }

    private static Condition.Frequency frequency(Measurement one) {
        return (Condition.Frequency) one.condition();
    }

    /** From white over blue to nearly black: one hue, so that lightness alone tells the value. */
    private static String colour(double value) {
        return String.format(Locale.ROOT, "hsl(205 70%% %.1f%%)", 100 - 88 * value);
    }
}
