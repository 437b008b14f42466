package io.bandpass.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Means with their spread, a line for each group, as inline SVG that follows the colours of the page around it. Each value
 * is a faint dot, the mean a large one, and one standard deviation to both sides a bar.
 */
final class DotChart {
    /**
     * The values of a group that belong together.
     *
     * @param style number of the {@link DotChart#style}
     */
    record Series(int style, List<Double> values) {}

    /** A line of the chart; its label may be any text. */
    record Group(String label, List<Series> series) {}

    /** How many styles a page has. */
    private static final int STYLES = 8;

    private static final int WIDTH = 640;
    private static final int RIGHT = 24;
    private static final int TOP = 6;
    private static final int BOTTOM = 40;
    private static final int TICKS = 5;
    private static final double LETTER = 7.6;
    private static final int SERIES_HEIGHT = 16;
    private static final int GROUP_GAP = 12;

    private final List<Group> groups;
    private final String label;
    private final int left;
    private final int height;
    private final double low;
    private final double high;

    private DotChart(String label, List<Group> groups, double low, double high) {
        this.groups = groups;
        this.label = label;
        this.low = low;
        this.high = high;
        int longest =
                groups.stream().mapToInt(group -> group.label().length()).max().orElse(0);
        left = (int) Math.min(WIDTH / 2.0, 16 + LETTER * longest);
        height = TOP + BOTTOM + groups.stream().mapToInt(DotChart::height).sum();
    }

    /** A CSS class, {@code s0}, {@code s1} and so on; begins again after {@value #STYLES}. */
    static String style(int number) {
        return "s" + number % STYLES;
    }

    private static int height(Group group) {
        return GROUP_GAP + SERIES_HEIGHT * group.series().size();
    }

    /** The chart, or an empty text where there is nothing to draw. */
    static String of(String label, List<Group> groups) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Group group : groups) {
            for (Series series : group.series()) {
                Spread spread = Spread.of(series.values());
                double reach = spread.count() > 1 ? spread.deviation() : 0;
                if (spread.count() > 0) {
                    low = Math.min(low, Math.min(spread.mean() - reach, Collections.min(series.values())));
                    high = Math.max(high, Math.max(spread.mean() + reach, Collections.max(series.values())));
                }
            }
        }
        if (high < low) {
            return "";
        }
        double room = high > low ? 0.05 * (high - low) : Math.max(1e-6, 0.05 * Math.abs(high));
        double step = step((high - low + 2 * room) / TICKS);
        return new DotChart(
                        label, groups, step * Math.floor((low - room) / step), step * Math.ceil((high + room) / step))
                .draw(step);
    }

    /** The smallest of 1, 2 and 5 times a power of ten that is not below a span. */
    private static double step(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= span) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private String draw(double step) {
        StringBuilder svg = new StringBuilder();
        svg.append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, height));
        int ticks = (int) Math.round((high - low) / step);
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step)));
        for (int i = 0; i <= ticks; i++) {
            double value = low + i * step;
            svg.append(format(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x(value), x(value), TOP, height - BOTTOM));
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(value), height - BOTTOM + 16, String.format(Locale.ROOT, "%." + decimals + "f", value)));
        }
        svg.append(format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", WIDTH - RIGHT, height - 6, escaped(label)));
        int y = TOP;
        for (Group group : groups) {
            svg.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    left - 8, y + height(group) / 2.0 + 5, escaped(group.label())));
            double line = y + GROUP_GAP / 2.0 + SERIES_HEIGHT / 2.0;
            for (Series series : group.series()) {
                draw(svg, series, line);
                line += SERIES_HEIGHT;
            }
            y += height(group);
        }
        return svg.append("</svg>").toString();
    }

    private void draw(StringBuilder svg, Series series, double y) {
        Spread spread = Spread.of(series.values());
        if (spread.count() == 0) {
            return;
        }
        svg.append(format("<g class=\"%s\">", style(series.style())));
        if (spread.count() > 1) {
            svg.append(format(
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    x(spread.mean() - spread.deviation()), x(spread.mean() + spread.deviation()), y, y));
            series.values()
                    .forEach(value ->
                            svg.append(format("<circle class=\"one\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x(value), y)));
        }
        svg.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/></g>", x(spread.mean()), y));
    }

    private double x(double value) {
        return left + (value - low) / (high - low) * (WIDTH - left - RIGHT);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
