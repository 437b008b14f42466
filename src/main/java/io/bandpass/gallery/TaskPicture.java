package io.bandpass.gallery;

import io.bandpass.report.Pixels;
import io.bandpass.report.Sheet;
import io.bandpass.report.SheetChart;
import io.bandpass.report.SheetChart.Axes;
import io.bandpass.report.SheetChart.Line;
import io.bandpass.report.SheetChart.Style;
import io.bandpass.robust.TaskSpectra.Curve;
import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** An image as each pre-training task degrades it, which is the legend, and below the tasks' spectra. */
final class TaskPicture {
    /**
     * An image.
     *
     * @param detail what was done to it
     * @param image (3, size, size) row-major, in [0, 1]; values outside are clamped
     */
    record Panel(String title, String detail, float[] image) {}

    private static final int SMALLEST_CELL = 224;
    private static final int COLUMNS = 4;
    private static final int CHART_HEIGHT = 340;
    private static final double LOWEST = 1e-4;

    /** Okabe and Ito's colours (2008), which colour-blind people tell apart, without those too pale for lines. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0x56B4E9),
            new Color(0xE69F00),
            new Color(0xCC79A7),
            Color.BLACK);

    private static final float[] SOLID = {};
    private static final float[] DASHED = {9, 3};
    private static final List<float[]> DASHES =
            List.of(SOLID, SOLID, DASHED, DASHED, DASHED, new float[] {6, 2, 2, 2}, new float[] {2, 3});

    private final Panel original;
    private final List<Panel> panels;
    private final List<Curve> curves;
    private final int size;
    private final int cell;
    private final int width;

    private TaskPicture(Panel original, List<Panel> panels, List<Curve> curves, int size) {
        this.original = original;
        this.panels = panels;
        this.curves = curves;
        this.size = size;
        cell = size * Sheet.scale(size, SMALLEST_CELL);
        width = 2 * Sheet.MARGIN + COLUMNS * (cell + Sheet.GAP) - Sheet.GAP;
    }

    /**
     * Draws the picture.
     *
     * @param panels of each task
     * @param curves of the same tasks, in the same order
     * @param size edge of the images in pixels
     * @param remarks below all, a line each
     */
    static void write(Path png, Panel original, List<Panel> panels, List<Curve> curves, int size, List<String> remarks)
            throws IOException {
        new TaskPicture(original, panels, curves, size).draw(remarks).write(png);
    }

    private static Style style(int task) {
        return new Style(COLOURS.get(task % COLOURS.size()), DASHES.get(task % DASHES.size()));
    }

    private int panelHeight() {
        return 2 * Sheet.LINE + cell + Sheet.MARGIN;
    }

    private Sheet draw(List<String> remarks) {
        int rows = (panels.size() + COLUMNS) / COLUMNS;
        int chartsTop = Sheet.MARGIN + rows * panelHeight();
        int remarksTop = chartsTop + CHART_HEIGHT + Sheet.GAP;
        Sheet sheet = new Sheet(width, remarksTop + remarks.size() * Sheet.LINE + Sheet.MARGIN);
        draw(sheet, original, -1, 0);
        for (int task = 0; task < panels.size(); task++) {
            draw(sheet, panels.get(task), task, task + 1);
        }
        int chartWidth = (width - 2 * Sheet.MARGIN - Sheet.GAP) / 2;
        drawChart(
                sheet,
                "Energy of the input / energy of the image",
                Curve::kept,
                new Rectangle(Sheet.MARGIN, chartsTop, chartWidth, CHART_HEIGHT));
        drawChart(
                sheet,
                "Energy of what was changed / energy of the image",
                Curve::changed,
                new Rectangle(Sheet.MARGIN + chartWidth + Sheet.GAP, chartsTop, chartWidth, CHART_HEIGHT));
        for (int i = 0; i < remarks.size(); i++) {
            sheet.note(remarks.get(i), Sheet.MARGIN, remarksTop + i * Sheet.LINE);
        }
        return sheet;
    }

    /** Draws a panel; that of a task has its line beside the title. */
    private void draw(Sheet sheet, Panel panel, int task, int position) {
        int x = Sheet.MARGIN + position % COLUMNS * (cell + Sheet.GAP);
        int y = Sheet.MARGIN + position / COLUMNS * panelHeight();
        int swatch = task < 0 ? 0 : SheetChart.drawSwatch(sheet, style(task), x, y) + Sheet.GAP;
        sheet.label(panel.title(), x + swatch, y);
        sheet.note(panel.detail(), x, y + Sheet.LINE);
        sheet.image(Pixels.image(panel.image(), size, size), x, y + 2 * Sheet.LINE, cell, cell);
    }

    private void drawChart(Sheet sheet, String title, Function<Curve, double[]> values, Rectangle area) {
        List<Line> lines = new ArrayList<>();
        for (int task = 0; task < curves.size(); task++) {
            lines.add(new Line(style(task), values.apply(curves.get(task))));
        }
        // The rings up to here are complete.
        int highestX = size / 2;
        double highest = lines.stream()
                .flatMapToDouble(line -> Arrays.stream(line.y()).limit(highestX + 1L))
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        double top = Math.pow(10, Math.max(0, Math.ceil(Math.log10(Math.max(highest, LOWEST)))));
        // A little more than 1, so that a line along it is not cut in half.
        Axes axes = new Axes("frequency in periods per image", highestX, LOWEST, Math.max(2, top));
        SheetChart.draw(sheet, title, axes, area, lines);
    }
}
