package io.bandpass.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** A line chart on a sheet, with a log scale from bottom to top; for charts in pages see {@link SvgChart}. */
public final class SheetChart {
    /**
     * How a line looks; dashes tell lines apart for whoever sees no colours.
     *
     * @param dash lengths in pixels of what is drawn and what is left out; empty for a solid line
     */
    public record Style(Color colour, float[] dash) {
        BasicStroke stroke() {
            return dash.length == 0
                    ? new BasicStroke(THICKNESS, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
                    : new BasicStroke(THICKNESS, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
        }
    }

    /**
     * A line.
     *
     * @param y a value at each position 0, 1, 2 ...; NaN is left out, and what is outside the scale is cut off
     */
    public record Line(Style style, double[] y) {}

    /**
     * What the axes show.
     *
     * @param highestX right end of the axis, which begins at 0
     * @param lowestY lower end of the axis, above 0
     * @param highestY upper end of the axis, above the lower one
     */
    public record Axes(String xLabel, double highestX, double lowestY, double highestY) {}

    private static final float THICKNESS = 2;
    private static final int LEFT = 58;
    private static final int RIGHT = 10;
    private static final int SWATCH = 26;
    private static final int TICK = 3;
    /** Room for half of the highest label below the title. */
    private static final int HEAD = 10;

    private static final Color GRID = new Color(0xDDDDDD);
    private static final Color FRAME = new Color(0x777777);
    private static final MathContext DIGITS = new MathContext(3);

    private final Sheet sheet;
    private final Axes axes;
    /** Between the axes. */
    private final Rectangle plot;

    private SheetChart(Sheet sheet, Axes axes, Rectangle area) {
        this.sheet = sheet;
        this.axes = axes;
        plot = new Rectangle(
                area.x + LEFT,
                area.y + Sheet.LINE + HEAD,
                area.width - LEFT - RIGHT,
                area.height - 3 * Sheet.LINE - HEAD);
    }

    /**
     * Draws a chart.
     *
     * @param area of the chart with its title and labels, in pixels of the sheet
     */
    public static void draw(Sheet sheet, String title, Axes axes, Rectangle area, List<Line> lines) {
        SheetChart chart = new SheetChart(sheet, axes, area);
        sheet.heading(title, area.x, area.y);
        chart.drawAxes();
        lines.forEach(chart::draw);
    }

    /** Draws a piece of a line in its style, as in a legend, in the line of text that begins here; its width is fixed. */
    public static int drawSwatch(Sheet sheet, Style style, int x, int y) {
        Graphics2D g = sheet.graphics();
        g.setColor(style.colour());
        g.setStroke(style.stroke());
        g.drawLine(x, y + Sheet.LINE / 2, x + SWATCH, y + Sheet.LINE / 2);
        g.setStroke(new BasicStroke());
        return SWATCH;
    }

    private void drawAxes() {
        Graphics2D g = sheet.graphics();
        for (double value : Ticks.logarithmic(axes.lowestY(), axes.highestY())) {
            int y = (int) Math.round(y(value));
            g.setColor(GRID);
            g.drawLine(plot.x, y, plot.x + plot.width, y);
            sheet.noteBefore(label(value), plot.x - 2 * TICK, y - Sheet.LINE / 2);
        }
        int bottom = plot.y + plot.height;
        for (double value : Ticks.linear(0, axes.highestX())) {
            int x = (int) Math.round(x(value));
            g.setColor(FRAME);
            g.drawLine(x, bottom, x, bottom + TICK);
            sheet.note(label(value), x - TICK, bottom + TICK);
        }
        sheet.noteBefore(axes.xLabel(), plot.x + plot.width, bottom + Sheet.LINE);
        g.setColor(FRAME);
        g.draw(plot);
    }

    private void draw(Line line) {
        Path2D.Double path = new Path2D.Double();
        boolean connected = false;
        for (int i = 0; i < line.y().length && i <= axes.highestX(); i++) {
            double value = line.y()[i];
            if (Double.isNaN(value)) {
                connected = false;
                continue;
            }
            // A value of 0 has no logarithm; it is far below what is shown.
            double y = y(Math.max(value, axes.lowestY() * axes.lowestY()));
            if (connected) {
                path.lineTo(x(i), y);
            } else {
                path.moveTo(x(i), y);
            }
            connected = true;
        }
        Graphics2D g = sheet.graphics();
        Shape clip = g.getClip();
        g.setClip(plot);
        g.setColor(line.style().colour());
        g.setStroke(line.style().stroke());
        g.draw(path);
        g.setStroke(new BasicStroke());
        g.setClip(clip);
    }

    private double x(double value) {
        return plot.x + value / axes.highestX() * plot.width;
    }

    private double y(double value) {
        double position = Math.log(value / axes.lowestY()) / Math.log(axes.highestY() / axes.lowestY());
        return plot.y + plot.height - position * plot.height;
    }

    private static String label(double value) {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
