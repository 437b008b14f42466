package io.bandpass.report;

import io.bandpass.eval.ReconstructionView;
import io.bandpass.eval.ReconstructionView.Outline;
import io.bandpass.eval.ReconstructionView.Panel;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Rows of reconstructions: for each image and filter the original, what the model saw, what it made of it, and both
 * combined, with their log-amplitude spectra and the mask's outline below.
 */
public final class SamplePicture {
    private static final int SMALLEST_CELL = 132;
    private static final int GAP = 8;
    private static final int TITLE = 22;
    private static final int MARGIN = 14;
    /** Wide letters of the labels, in pixels. */
    private static final int CHARACTER = 8;

    private static final Color PAPER = Color.WHITE;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x777777);

    private final List<ReconstructionView> rows;
    private final int scale;
    private final int cellWidth;
    private final int cellHeight;
    private final int columns;

    private SamplePicture(List<ReconstructionView> rows) {
        this.rows = rows;
        ReconstructionView first = rows.get(0);
        scale = Math.max(1, (int) Math.ceil(SMALLEST_CELL / (double) first.width()));
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
        Path folder = png.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        BufferedImage picture = new SamplePicture(rows).draw();
        try (var out = Files.newOutputStream(png)) {
            ImageIO.write(picture, "png", out);
        }
    }

    private BufferedImage draw() {
        int rowHeight = TITLE + 2 * (cellHeight + GAP) + GAP;
        int width = 2 * MARGIN + columns * (cellWidth + GAP) - GAP;
        int height = 2 * MARGIN + TITLE + rows.size() * rowHeight;
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(PAPER);
        g.fillRect(0, 0, width, height);
        for (int column = 0; column < columns; column++) {
            Labels.draw(g, rows.get(0).panels().get(column).title(), x(column), MARGIN + TITLE - 8, Font.BOLD, INK);
        }
        int y = MARGIN + TITLE;
        for (ReconstructionView row : rows) {
            drawRow(g, row, y);
            y += rowHeight;
        }
        g.dispose();
        return picture;
    }

    private void drawRow(Graphics2D g, ReconstructionView row, int y) {
        Labels.draw(
                g,
                row.caption() + "   " + shortened(row.caption(), row.name()),
                MARGIN,
                y + TITLE - 8,
                Font.PLAIN,
                FAINT);
        double highest = 0;
        for (Panel panel : row.panels()) {
            for (float value : panel.spectrum()) {
                highest = Math.max(highest, value);
            }
        }
        int imagesTop = y + TITLE;
        int spectraTop = imagesTop + cellHeight + GAP;
        for (int column = 0; column < columns; column++) {
            Panel panel = row.panels().get(column);
            g.drawImage(
                    Pixels.image(panel.image(), row.height(), row.width()),
                    x(column),
                    imagesTop,
                    cellWidth,
                    cellHeight,
                    null);
            g.drawImage(spectrum(row, panel, highest), x(column), spectraTop, cellWidth, cellHeight, null);
            int left = x(column);
            row.outline().ifPresent(outline -> drawOutline(g, row, outline, left, spectraTop));
        }
    }

    private void drawOutline(Graphics2D g, ReconstructionView row, Outline outline, int left, int top) {
        double radius = outline.radius() * scale;
        // The middle of the bin of DC.
        double x = left + (Math.floorDiv(row.width(), 2) + 0.5) * scale;
        double y = top + (Math.floorDiv(row.height(), 2) + 0.5) * scale;
        g.setColor(Color.WHITE);
        switch (outline.shape()) {
            case CIRCLE -> g.draw(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
            case SQUARE -> g.draw(new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
            case RHOMBUS -> {
                Path2D.Double rhombus = new Path2D.Double();
                rhombus.moveTo(x - radius, y);
                rhombus.lineTo(x, y - radius);
                rhombus.lineTo(x + radius, y);
                rhombus.lineTo(x, y + radius);
                rhombus.closePath();
                g.draw(rhombus);
            }
            case COM, RCOM -> throw new IllegalArgumentException("there is no outline of " + outline.shape());
        }
    }

    private int x(int column) {
        return MARGIN + column * (cellWidth + GAP);
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
        int fitting = Math.max(12, (columns * cellWidth - MARGIN) / CHARACTER - caption.length() - 6);
        return name.length() <= fitting ? name : "..." + name.substring(name.length() - fitting);
    }
}
