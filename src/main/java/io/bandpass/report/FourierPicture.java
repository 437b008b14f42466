package io.bandpass.report;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Error along each frequency as a picture, with low frequencies in the middle.
 *
 * @param range smallest and largest error, in words
 * @param svg inline
 */
public record FourierPicture(String model, String range, String svg) {
    private static final int SIDE = 320;
    /** Pixels for the numbers to the left of the map and below it. */
    private static final int AXIS = 36;
    /** Pixels for the scale of colours to the right of it. */
    private static final int SCALE = 78;

    private static final int BAR = 14;
    private static final int STEPS = 20;
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
                "<svg viewBox=\"%d 0 %d %d\" role=\"img\" shape-rendering=\"crispEdges\" style=\"max-width: %dpx\">",
                -AXIS,
                AXIS + SIDE + SCALE,
                SIDE + AXIS,
                AXIS + SIDE + SCALE));
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
        for (int frequency : ends(columns)) {
            double x = (columns.headSet(frequency).size() + 0.5) * width;
            svg.append(text(x, SIDE + BAR + 4, "middle", Integer.toString(frequency)));
        }
        for (int frequency : ends(rows)) {
            double y = (rows.headSet(frequency).size() + 0.5) * height;
            svg.append(text(-6, y + 5, "end", Integer.toString(frequency)));
        }
        appendScale(svg, white, dark);
        svg.append("</svg>");
        DoubleSummaryStatistics own = errors(measurements);
        return new FourierPicture(
                model,
                String.format(Locale.ROOT, "Errors from %.1f to %.1f %%.", 100 * own.getMin(), 100 * own.getMax()),
                svg.toString());
    }

    /** The lowest frequency, none, and the highest. */
    private static Set<Integer> ends(TreeSet<Integer> frequencies) {
        TreeSet<Integer> ends = new TreeSet<>(List.of(frequencies.first(), frequencies.last()));
        if (frequencies.contains(0)) {
            ends.add(0);
        }
        return ends;
    }

    private static void appendScale(StringBuilder svg, double white, double dark) {
        int left = SIDE + BAR;
        double height = SIDE / (double) STEPS;
        for (int step = 0; step < STEPS; step++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>",
                    left,
                    SIDE - (step + 1) * height,
                    BAR,
                    height,
                    colour((step + 0.5) / STEPS)));
        }
        int beside = left + BAR + 6;
        svg.append(text(beside, BAR, "start", percent(dark))).append(text(beside, SIDE, "start", percent(white)));
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
    }

    private static Condition.Frequency frequency(Measurement one) {
        return (Condition.Frequency) one.condition();
    }

    /** From white over blue to nearly black: one hue, so that lightness alone tells the value. */
    private static String colour(double value) {
        return String.format(Locale.ROOT, "hsl(205 70%% %.1f%%)", 100 - 88 * value);
    }
}
