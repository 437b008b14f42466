package io.bandpass.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A small line chart as inline SVG, which follows the colours of the page around it. */
public final class SvgChart {
    /**
     * A line.
     *
     * @param style CSS classes of the page around it
     * @param x positions
     * @param y values; those that are not finite, beyond 1e100, or not above 0 on a log scale, are left out
     */
    public record Line(String label, String style, double[] x, double[] y) {}

    private static final int WIDTH = 640;
    private static final int HEIGHT = 260;
    private static final int LEFT = 72;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 40;
    /** So near to the right edge a label ends at its tick. */
    private static final int EDGE = 12;
    /** Beyond it and below its inverse, spans and labels would overflow. */
    private static final double LARGEST = 1e100;

    private final List<Line> lines;
    private final String title;
    private final String xLabel;
    private final int right;
    private final boolean log;
    private double lowX = Double.POSITIVE_INFINITY;
    private double highX = Double.NEGATIVE_INFINITY;
    private double lowY = Double.POSITIVE_INFINITY;
    private double highY = Double.NEGATIVE_INFINITY;

    private SvgChart(String title, String xLabel, boolean log, List<Line> lines) {
        this.lines = lines;
        this.title = title;
        right = RIGHT + LineEnds.width(lines.stream().map(Line::label).toList());
        this.xLabel = xLabel;
        this.log = log;
        for (Line line : lines) {
            for (int i = 0; i < line.x().length; i++) {
                if (drawable(line, i)) {
                    lowX = Math.min(lowX, line.x()[i]);
                    highX = Math.max(highX, line.x()[i]);
                    lowY = Math.min(lowY, scaled(line.y()[i]));
                    highY = Math.max(highY, scaled(line.y()[i]));
                }
            }
        }
    }

    private boolean isEmpty() {
        return highY < lowY;
    }

    private void makeRoom() {
        if (highX <= lowX) {
            highX = lowX + 1;
        }
        double size = Math.abs(highY);
        double around = size < 1 / LARGEST ? 1 : 0.1 * size;
        double room = highY > lowY ? 0.05 * (highY - lowY) : around;
        // Below what is never negative there is nothing to see.
        boolean neverNegative = !log && lowY >= 0 && highY > lowY;
        lowY = neverNegative ? Math.max(0, lowY - room) : lowY - room;
        highY += room;
    }

    /** A chart without a name of its own. */
    static String of(String xLabel, boolean log, List<Line> lines) {
        return of("", xLabel, log, lines);
    }

    /**
     * The chart, or an empty text where there is nothing to draw. Lines that have a label have it beside their end.
     *
     * @param title for screen readers
     */
    static String of(String title, String xLabel, boolean log, List<Line> lines) {
        SvgChart chart = new SvgChart(title, xLabel, log, lines);
        if (chart.isEmpty()) {
            return "";
        }
        chart.makeRoom();
        return chart.draw();
    }

    private boolean drawable(Line line, int i) {
        double value = line.y()[i];
        return Double.isFinite(line.x()[i]) && Math.abs(value) <= LARGEST && (!log || value >= 1 / LARGEST);
    }

    private double scaled(double value) {
        return log ? Math.log10(value) : value;
    }

    private String draw() {
        StringBuilder svg = new StringBuilder();
        svg.append(SvgHead.open(WIDTH, HEIGHT, title, describe()));
        for (double value :
                log ? Ticks.logarithmic(Math.pow(10, lowY), Math.pow(10, highY)) : Ticks.linear(lowY, highY)) {
            double y = y(scaled(value));
            svg.append(format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - right, y, y));
            svg.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 4, Ticks.label(value)));
        }
        for (double value : Ticks.linear(lowX, highX)) {
            double x = x(value);
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
                    x, HEIGHT - BOTTOM + 18, x > WIDTH - right - EDGE ? "end" : "middle", Ticks.label(value)));
        }
        svg.append(format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", WIDTH - right, HEIGHT - 4, xLabel));
        LineEnds ends = new LineEnds();
        lines.forEach(line -> draw(svg, line, ends));
        ends.draw(svg, WIDTH - right, TOP, HEIGHT - BOTTOM);
        return svg.append("</svg>").toString();
    }

    /** What is seen, in sentences: of each line that has a name, or of the only one, where it begins, ends and turns. */
    private String describe() {
        boolean named = lines.stream().anyMatch(line -> !line.label().isEmpty());
        StringBuilder text = new StringBuilder("Line chart over " + xLabel + (log ? ", on a log scale" : "") + ".");
        for (Line line : lines) {
            int[] drawn = IntStream.range(0, line.x().length)
                    .filter(i -> drawable(line, i))
                    .toArray();
            if (drawn.length > 0 && (!named || !line.label().isEmpty())) {
                int last = drawn[drawn.length - 1];
                text.append(' ').append(line.label().isEmpty() ? "It" : line.label());
                text.append(format(
                        " goes from %.4g at %.4g to %.4g at %.4g, between %.4g and %.4g.",
                        line.y()[drawn[0]],
                        line.x()[drawn[0]],
                        line.y()[last],
                        line.x()[last],
                        IntStream.of(drawn).mapToDouble(i -> line.y()[i]).min().orElseThrow(),
                        IntStream.of(drawn).mapToDouble(i -> line.y()[i]).max().orElseThrow()));
            }
        }
        return text.toString();
    }

    private void draw(StringBuilder svg, Line line, LineEnds ends) {
        List<String> points = new ArrayList<>();
        int end = -1;
        for (int i = 0; i < line.x().length; i++) {
            if (drawable(line, i)) {
                points.add(format("%.1f,%.1f", x(line.x()[i]), y(scaled(line.y()[i]))));
                end = i;
            }
        }
        if (end >= 0 && !line.label().isEmpty()) {
            ends.add(line.label(), x(line.x()[end]), y(scaled(line.y()[end])));
        }
        if (!points.isEmpty()) {
            svg.append(format("<polyline class=\"line %s\" points=\"%s\"/>", line.style(), String.join(" ", points)));
        }
        if (points.size() == 1) {
            // A line of one point shows nothing.
            String[] point = points.get(0).split(",", -1);
            svg.append(format(
                    "<circle class=\"line %s\" cx=\"%s\" cy=\"%s\" r=\"2\"/>", line.style(), point[0], point[1]));
        }
    }

    private double x(double value) {
        return LEFT + (value - lowX) / (highX - lowX) * (WIDTH - LEFT - right);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
