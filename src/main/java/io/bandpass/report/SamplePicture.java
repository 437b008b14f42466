package io.bandpass.report;

import io.bandpass.eval.ReconstructionView;
import io.bandpass.eval.ReconstructionView.Outline;
import io.bandpass.eval.ReconstructionView.Panel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Rows of reconstructions: for each image and filter the original, what the model saw, what it made of it, and both
 * combined, with their log-amplitude spectra and the mask's outline below.
 */
public final class SamplePicture {
    private static final int SMALLEST_CELL = 132;
    private static final int TITLE = 22;
    /** Room in pixels between a title and what is below it. */
    private static final int LIFT = 3;
    /** Wide letters of the labels, in pixels. */
    private static final int CHARACTER = 8;

    private final List<ReconstructionView> rows;
    private final int scale;
    private final int cellWidth;
    private final int cellHeight;
    private final int columns;

    private SamplePicture(List<ReconstructionView> rows) {
        this.rows = rows;
        ReconstructionView first = rows.get(0);
        scale = Sheet.scale(first.width(), SMALLEST_CELL);
        cellWidth = first.width() * scale;
        cellHeight = first.height() * scale;
        columns = first.panels().size();
    }

    /**
     * Draws a picture.
     *
     * @param rows at least one, all of the same size
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, List<ReconstructionView> rows) throws IOException {
        new SamplePicture(rows).draw().write(png);
    }

    private Sheet draw() {
        int rowHeight = TITLE + 2 * (cellHeight + Sheet.GAP) + Sheet.GAP;
        int width = 2 * Sheet.MARGIN + columns * (cellWidth + Sheet.GAP) - Sheet.GAP;
        int height = 2 * Sheet.MARGIN + TITLE + rows.size() * rowHeight;
        Sheet sheet = new Sheet(width, height);
        for (int column = 0; column < columns; column++) {
            sheet.heading(
                    rows.get(0).panels().get(column).title(), x(column), Sheet.MARGIN + TITLE - Sheet.LINE - LIFT);
        }
        int y = Sheet.MARGIN + TITLE;
        for (ReconstructionView row : rows) {
            drawRow(sheet, row, y);
            y += rowHeight;
        }
        return sheet;
    }

    private void drawRow(Sheet sheet, ReconstructionView row, int y) {
        sheet.note(
                row.caption() + "   " + shortened(row.caption(), row.name()),
                Sheet.MARGIN,
                y + TITLE - Sheet.LINE - LIFT);
        double highest = 0;
        for (Panel panel : row.panels()) {
            for (float value : panel.spectrum()) {
                highest = Math.max(highest, value);
            }
        }
        int imagesTop = y + TITLE;
        int spectraTop = imagesTop + cellHeight + Sheet.GAP;
        for (int column = 0; column < columns; column++) {
            Panel panel = row.panels().get(column);
            sheet.image(
                    Pixels.image(panel.image(), row.height(), row.width()),
                    x(column),
                    imagesTop,
                    cellWidth,
                    cellHeight);
            sheet.image(spectrum(row, panel, highest), x(column), spectraTop, cellWidth, cellHeight);
            int left = x(column);
            row.outline().ifPresent(outline -> drawOutline(sheet.graphics(), row, outline, left, spectraTop));
        }
    }

    private void drawOutline(Graphics2D g, ReconstructionView row, Outline outline, int left, int top) {
        double radius = outline.radius() * scale;
        // The middle of the bin of DC.
        double x = left + (Math.floorDiv(row.width(), 2) + 0.5) * scale;
        double y = top + (Math.floorDiv(row.height(), 2) + 0.5) * scale;
        g.setColor(Color.WHITE);
        g.draw(
                switch (outline.shape()) {
                    case CIRCLE -> new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
                    case SQUARE -> new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
                    case RHOMBUS -> rhombus(x, y, radius);
                    case COM, RCOM -> throw new IllegalArgumentException("there is no outline of " + outline.shape());
                });
    }

    private static Path2D.Double rhombus(double x, double y, double radius) {
        Path2D.Double rhombus = new Path2D.Double();
        rhombus.moveTo(x - radius, y);
        rhombus.lineTo(x, y - radius);
        rhombus.lineTo(x + radius, y);
        rhombus.lineTo(x, y + radius);
        rhombus.closePath();
        return rhombus;
    }

    private int x(int column) {
        return Sheet.MARGIN + column * (cellWidth + Sheet.GAP);
    }

    private static BufferedImage spectrum(ReconstructionView row, Panel panel, double highest) {
        BufferedImage image = new BufferedImage(row.width(), row.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < panel.spectrum().length; i++) {
            double value = highest == 0 ? 0 : panel.spectrum()[i] / highest;
            image.setRGB(i % row.width(), i / row.width(), SpectrumColours.rgb(value));
        }
        return image;
    }

    /** What is left of a name beside a caption, its end. */
    private String shortened(String caption, String name) {
        int fitting = Math.max(12, (columns * cellWidth - Sheet.MARGIN) / CHARACTER - caption.length() - 6);
        return name.length() <= fitting ? name : "..." + name.substring(name.length() - fitting);
    }
}
