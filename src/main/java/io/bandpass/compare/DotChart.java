package io.bandpass.compare;

import io.bandpass.report.SvgHead;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Dot chart of means with their spread, one line per group, as inline SVG that follows the colours of its page. Each
 * value is a faint dot, the mean a large one, with a bar of one standard deviation to both sides.
 */
final class DotChart {
    /**
     * A series of values within a group.
     *
     * @param style index of its colour, see {@link DotChart#style}
     * @param marker index of the shape of its mean, see {@link DotChart#glyph}
     * @param label beside its line; empty if the group's suffices
     */
    record Series(int style, int marker, String label, List<Double> values) {
        /** Creates the only series of a group. */
        Series(int style, List<Double> values) {
            this(style, 0, "", values);
        }
    }

    /** A group of the chart; its label may be any text. */
    record Group(String label, List<Series> series) {}

    /** Number of styles on a page. */
    private static final int STYLES = 12;

    /** Legend glyphs for the shapes of means: circle, square, triangle, diamond. */
    private static final List<String> GLYPHS = List.of("●", "■", "▲", "◆");

    private static final int WIDTH = 640;
    private static final int RIGHT = 24;
    private static final int TOP = 6;
    private static final int BOTTOM = 40;
    private static final int TICKS = 5;
    private static final double LETTER = 7.6;
    private static final int MOST_LETTERS = 26;
    private static final int SERIES_HEIGHT = 16;
    private static final int GROUP_GAP = 12;

    private final List<Group> groups;
    private final String label;
    private final int names;
    private final int left;
    private final int height;
    private final double low;
    private final double high;

    private DotChart(String label, List<Group> groups, double low, double high) {
        this.groups = groups;
        this.label = label;
        this.low = low;
        this.high = high;
        names = (int) (LETTER
                * longest(groups.stream()
                        .flatMap(group -> group.series().stream())
                        .map(Series::label)));
        left = (int) (16 + names + LETTER * longest(groups.stream().map(Group::label)) + (names > 0 ? 10 : 0));
        height = TOP + BOTTOM + groups.stream().mapToInt(DotChart::height).sum();
    }

    private static int longest(Stream<String> labels) {
        return labels.mapToInt(text -> Math.min(MOST_LETTERS, text.length()))
                .max()
                .orElse(0);
    }

    /** Returns the shape of a mean as a character; wraps around after the last. */
    static String glyph(int marker) {
        return GLYPHS.get(marker % GLYPHS.size());
    }

    /** Returns a CSS class, {@code s0}, {@code s1} and so on; wraps around after {@value #STYLES}. */
    static String style(int number) {
        return "s" + number % STYLES;
    }

    private static int height(Group group) {
        return GROUP_GAP + SERIES_HEIGHT * group.series().size();
    }

    /** Returns the chart, or an empty string if there is nothing to draw. */
    static String of(String label, List<Group> groups) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Group group : groups) {
            for (Series series : group.series()) {
                Spread spread = Spread.of(series.values());
                double reach = spread.count() > 1 ? spread.deviation() : 0;
                if (spread.count() > 0) {
                    double least = Collections.min(series.values());
                    // No score is negative if none of the measured ones is, however wide the spread.
                    double bar = Math.max(spread.mean() - reach, Math.min(0, least));
                    low = Math.min(low, Math.min(bar, least));
                    high = Math.max(high, Math.max(spread.mean() + reach, Collections.max(series.values())));
                }
            }
        }
        if (high < low) {
            return "";
        }
        double margin = high > low ? 0.05 * (high - low) : Math.max(1e-6, 0.05 * Math.abs(high));
        double step = step((high - low + 2 * margin) / TICKS);
        return new DotChart(
                        label,
                        groups,
                        low < 0
                                ? step * Math.floor((low - margin) / step)
                                : step * Math.floor(Math.max(0, low - margin) / step),
                        step * Math.ceil((high + margin) / step))
                .draw(step);
    }

    /** Returns the smallest of 1, 2 and 5 times a power of ten that is not below a span. */
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
        svg.append(SvgHead.open(WIDTH, height, label, describe()));
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
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                WIDTH - RIGHT, height - 6, SvgHead.escaped(label)));
        int y = TOP;
        for (Group group : groups) {
            svg.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    left - 8 - (names > 0 ? names + 10 : 0),
                    y + height(group) / 2.0 + 5,
                    SvgHead.escaped(SvgHead.shortened(group.label(), MOST_LETTERS))));
            double line = y + GROUP_GAP / 2.0 + SERIES_HEIGHT / 2.0;
            for (Series series : group.series()) {
                svg.append(format(
                        "<text class=\"name\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                        left - 8, line + 4, SvgHead.escaped(SvgHead.shortened(series.label(), MOST_LETTERS))));
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
                    x(Math.max(low, spread.mean() - spread.deviation())), x(spread.mean() + spread.deviation()), y, y));
            series.values()
                    .forEach(value ->
                            svg.append(format("<circle class=\"one\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x(value), y)));
        }
        svg.append(marker(series.marker(), x(spread.mean()), y)).append("</g>");
    }

    /** Draws the mean in the shape of its glyph. */
    private static String marker(int number, double x, double y) {
        return switch (number % GLYPHS.size()) {
            case 1 -> format("<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\"/>", x - 4.5, y - 4.5);
            case 2 -> polygon(x, y - 6, x + 6, y + 5, x - 6, y + 5);
            case 3 -> polygon(x, y - 6.5, x + 6.5, y, x, y + 6.5, x - 6.5, y);
            default -> format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>", x, y);
        };
    }

    private static String polygon(double... corners) {
        return format(
                "<polygon points=\"%s\"/>",
                DoubleStream.of(corners)
                        .mapToObj(corner -> format("%.1f", corner))
                        .collect(Collectors.joining(" ")));
    }

    /** Describes the chart in sentences. */
    private String describe() {
        StringBuilder text = new StringBuilder("Dot chart of means.");
        for (Group group : groups) {
            for (Series series : group.series()) {
                Spread spread = Spread.of(series.values());
                String name = series.label().isEmpty() ? group.label() : group.label() + ", " + series.label();
                text.append(' ').append(name).append(": ");
                text.append(spread.count() == 0 ? "no value" : spread.text(2)).append('.');
            }
        }
        return text.toString();
    }

    private double x(double value) {
        return left + (value - low) / (high - low) * (WIDTH - left - RIGHT);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
