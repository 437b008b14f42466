package io.bandpass.gallery;

import io.bandpass.report.Labels;
import io.bandpass.report.Pixels;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Versions of images side by side, in titled rows, each with a few lines about it below. */
public final class ContactSheet {
    /**
     * A version.
     *
     * @param title above it
     * @param lines below it
     * @param image (3, height, width) row-major in [0, 1]; values outside are clamped
     * @param height at most the size of the sheet
     * @param width at most the size of the sheet
     */
    public record Panel(String title, List<String> lines, float[] image, int height, int width) {}

    /**
     * Versions of one image, or of one kind.
     *
     * @param title what they have in common
     * @param panels at least one
     */
    public record Row(String title, List<Panel> panels) {}

    private static final int SMALLEST_CELL = 176;
    private static final int PANELS_PER_LINE = 8;
    private static final int GAP = 8;
    private static final int LINE = 18;
    private static final int MARGIN = 14;
    /** From the top of a line of text to its base line. */
    private static final int BASE = LINE - 5;

    private static final Color PAPER = Color.WHITE;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x777777);

    private final List<Row> rows;
    private final int scale;
    private final int cell;

    private ContactSheet(List<Row> rows, int size) {
        this.rows = rows;
        scale = Math.max(1, (int) Math.ceil(SMALLEST_CELL / (double) size));
        cell = size * scale;
    }

    /**
     * Draws a sheet.
     *
     * @param rows at least one
     * @param size of the cells in pixels of the images
     * @param caption below all
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, List<Row> rows, int size, String caption) throws IOException {
        BufferedImage picture = new ContactSheet(rows, size).draw(caption);
        try (var out = Files.newOutputStream(png)) {
            ImageIO.write(picture, "png", out);
        }
    }

    private static int texts(Row row) {
        return row.panels().stream()
                .mapToInt(panel -> panel.lines().size())
                .max()
                .orElseThrow();
    }

    /** Of a line of panels: a title, the image, the lines about it. */
    private int lineHeight(Row row) {
        return LINE + cell + texts(row) * LINE + GAP;
    }

    private int rowHeight(Row row) {
        int lines = (row.panels().size() + PANELS_PER_LINE - 1) / PANELS_PER_LINE;
        return LINE + lines * lineHeight(row) + MARGIN;
    }

    private BufferedImage draw(String caption) {
        int columns = Math.min(
                PANELS_PER_LINE,
                rows.stream().mapToInt(row -> row.panels().size()).max().orElseThrow());
        int width = 2 * MARGIN + columns * (cell + GAP) - GAP;
        int height = MARGIN + rows.stream().mapToInt(this::rowHeight).sum() + LINE + MARGIN;
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(PAPER);
        g.fillRect(0, 0, width, height);
        int y = MARGIN;
        for (Row row : rows) {
            drawRow(g, row, y);
            y += rowHeight(row);
        }
        Labels.draw(g, caption, MARGIN, y + BASE, Font.PLAIN, FAINT);
        g.dispose();
        return picture;
    }

    private void drawRow(Graphics2D g, Row row, int top) {
        Labels.draw(g, row.title(), MARGIN, top + BASE, Font.BOLD, INK);
        for (int i = 0; i < row.panels().size(); i++) {
            int x = MARGIN + i % PANELS_PER_LINE * (cell + GAP);
            int y = top + LINE + i / PANELS_PER_LINE * lineHeight(row);
            drawPanel(g, row.panels().get(i), x, y);
        }
    }

    private void drawPanel(Graphics2D g, Panel panel, int x, int top) {
        Labels.draw(g, panel.title(), x, top + BASE, Font.PLAIN, INK);
        int height = panel.height() * scale;
        int width = panel.width() * scale;
        // What is not square stands in the middle of its cell.
        g.drawImage(
                Pixels.image(panel.image(), panel.height(), panel.width()),
                x + (cell - width) / 2,
                top + LINE + (cell - height) / 2,
                width,
                height,
                null);
        int y = top + LINE + cell;
        for (String line : panel.lines()) {
            Labels.draw(g, line, x, y + BASE, Font.PLAIN, FAINT);
            y += LINE;
        }
    }
}
