package io.bandpass.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names of lines, each beside the end of its own, so that no colour is needed to tell them apart. */
final class LineEnds {
    private static final int MOST_LETTERS = 24;
    private static final double LETTER = 7.4;
    private static final int SPACING = 15;
    private static final int LEADER = 14;

    /** The last point of a line, in pixels. */
    private record End(String label, double x, double y) {}

    private final List<End> ends = new ArrayList<>();

    /** How wide a margin to the right these names need; 0 where there are none. */
    static int width(List<String> labels) {
        int longest = labels.stream()
                .mapToInt(label -> Math.min(MOST_LETTERS, label.length()))
                .max()
                .orElse(0);
        return longest == 0 ? 0 : (int) (LEADER + LETTER * longest);
    }

    void add(String label, double x, double y) {
        ends.add(new End(label, x, y));
    }

    /**
     * Draws all names, as near to their lines as their height allows.
     *
     * @param edge where the drawing ends and the margin begins
     * @param top of the drawing
     * @param bottom of the drawing
     */
    void draw(StringBuilder svg, double edge, double top, double bottom) {
        ends.sort(Comparator.comparingDouble(End::y));
        double spacing = Math.min(SPACING, (bottom - top) / Math.max(1, ends.size()));
        double[] at = new double[ends.size()];
        double free = top;
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.max(free, ends.get(i).y());
            free = at[i] + spacing;
        }
        double lowest = bottom;
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = Math.min(at[i], lowest);
            lowest = at[i] - spacing;
        }
        for (int i = 0; i < at.length; i++) {
            End end = ends.get(i);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"leader\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
                    end.x(),
                    end.y(),
                    edge + LEADER - 4,
                    at[i]));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    edge + LEADER - 2,
                    at[i] + 4,
                    SvgHead.escaped(SvgHead.shortened(end.label(), MOST_LETTERS))));
        }
    }
}
