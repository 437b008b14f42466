package io.bandpass.report;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Error along each frequency as a picture, with low frequencies in the middle.
 *
 * @param range smallest and largest error, in words
 * @param svg inline
 */
public record FourierPicture(String model, String range, String svg) {
    private static final int SIDE = 320;

    /**
     * Draws measurements of one model, all of single frequencies.
     *
     * @param measurements on a grid, each with the same number of images
     */
    public static FourierPicture of(String model, List<Measurement> measurements) {
        TreeSet<Integer> rows = new TreeSet<>();
        TreeSet<Integer> columns = new TreeSet<>();
        double smallest = 1;
        double largest = 0;
        for (Measurement one : measurements) {
            rows.add(frequency(one).u());
            columns.add(frequency(one).v());
            smallest = Math.min(smallest, one.error());
            largest = Math.max(largest, one.error());
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
                    colour(one.error()),
                    frequency(one).u(),
                    frequency(one).v(),
                    100 * one.error()));
        }
        svg.append("</svg>");
        return new FourierPicture(
                model,
                String.format(
                        Locale.ROOT,
                        "Errors from %.1f to %.1f %%; white is 0 %%, dark blue 100 %%.",
                        100 * smallest,
                        100 * largest),
                svg.toString());
    }

    private static Condition.Frequency frequency(Measurement one) {
        return (Condition.Frequency) one.condition();
    }

    /** From white over blue to nearly black: one hue, so that lightness alone tells the value. */
    private static String colour(double error) {
        return String.format(Locale.ROOT, "hsl(205 70%% %.1f%%)", 100 - 88 * error);
    }
}
