package io.bandpass.report;

import java.util.List;
import java.util.Locale;

/** A small line chart as inline SVG, which follows the colours of the page around it. */
final class SvgChart {
    /**
     * A line.
     *
     * @param style CSS class: {@code a}, {@code b} or {@code c}
     * @param x positions
     * @param y values; those that are not finite, or not above 0 on a log scale, are left out
     */
    record Line(String label, String style, double[] x, double[] y) {}

    private static final int WIDTH = 640;
    private static final int HEIGHT = 260;
    private static final int LEFT = 62;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 40;
    private static final int TICKS = 4;

    private final List<Line> lines;
    private final String xLabel;
    private final boolean log;
    private double lowX = Double.POSITIVE_INFINITY;
    private double highX = Double.NEGATIVE_INFINITY;
    private double lowY = Double.POSITIVE_INFINITY;
    private double highY = Double.NEGATIVE_INFINITY;

    private SvgChart(String xLabel, boolean log, List<Line> lines) {
        this.lines = lines;
        this.xLabel = xLabel;
        this.log = log;
        for (Line line : lines) {
            for (int i = 0; i < line.x().length; i++) {
                if (drawable(line.y()[i])) {
                    lowX = Math.min(lowX, line.x()[i]);
                    highX = Math.max(highX, line.x()[i]);
                    lowY = Math.min(lowY, scaled(line.y()[i]));
                    highY = Math.max(highY, scaled(line.y()[i]));
                }
            }
        }
        if (highX <= lowX) {
            highX = lowX + 1;
        }
        double room = highY > lowY ? 0.05 * (highY - lowY) : Math.max(1e-9, Math.abs(highY) * 0.1);
        lowY -= room;
        highY += room;
    }

    /** The chart, or an empty text where there is nothing to draw. */
    static String of(String xLabel, boolean log, List<Line> lines) {
        SvgChart chart = new SvgChart(xLabel, log, lines);
        return chart.highY < chart.lowY ? "" : chart.draw();
    }

    private boolean drawable(double value) {
        return Double.isFinite(value) && (!log || value > 0);
    }

    private double scaled(double value) {
        return log ? Math.log10(value) : value;
    }

    private String draw() {
        StringBuilder svg = new StringBuilder();
        svg.append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, HEIGHT));
        for (int i = 0; i <= TICKS; i++) {
            double part = i / (double) TICKS;
            double y = HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
            double value = lowY + part * (highY - lowY);
            svg.append(format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6, y + 4, number(log ? Math.pow(10, value) : value)));
            double x = LEFT + part * (WIDTH - LEFT - RIGHT);
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x, HEIGHT - BOTTOM + 18, number(lowX + part * (highX - lowX))));
        }
        svg.append(format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", WIDTH - RIGHT, HEIGHT - 4, xLabel));
        for (Line line : lines) {
            StringBuilder points = new StringBuilder();
            for (int i = 0; i < line.x().length; i++) {
                if (drawable(line.y()[i])) {
                    points.append(format("%.1f,%.1f ", x(line.x()[i]), y(scaled(line.y()[i]))));
                }
            }
            svg.append(format("<polyline class=\"line %s\" points=\"%s\"/>", line.style(), points));
        }
        return svg.append("</svg>").toString();
    }

    private double x(double value) {
        return LEFT + (value - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            return format("%.1e", value);
        }
        return size >= 100 ? format("%.0f", value) : format("%.3g", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
