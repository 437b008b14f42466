package io.bandpass.gallery;

import io.bandpass.report.Pixels;
import io.bandpass.report.Sheet;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Masks side by side, in rows, each above the image that it was laid over. */
public final class MaskPicture {
    /**
     * A mask and what it leaves of an image.
     *
     * @param title what the mask is
     * @param detail its radius or fraction
     * @param mask (H, W) row-major, centred, 1 for what is kept
     * @param image (3, H, W) row-major in [0, 1]
     */
    public record Panel(String title, String detail, float[] mask, float[] image) {}

    /**
     * Masks of a kind.
     *
     * @param title what they have in common
     */
    public record Row(String title, List<Panel> panels) {}

    private static final int SMALLEST_CELL = 112;
    private static final int KEPT = 0xFFFFFF;
    private static final int REMOVED = 0x31364A;
    private static final Color FRAME = new Color(0xBBBBBB);

    private final List<Row> rows;
    private final int height;
    private final int width;
    private final int scale;

    private MaskPicture(List<Row> rows, int height, int width) {
        this.rows = rows;
        this.height = height;
        this.width = width;
        scale = Sheet.scale(width, SMALLEST_CELL);
    }

    /**
     * Draws a picture.
     *
     * @param rows at least one
     * @param height H of all masks and images
     * @param width W of all masks and images
     * @param caption below all
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, List<Row> rows, int height, int width, String caption) throws IOException {
        new MaskPicture(rows, height, width).draw(caption).write(png);
    }

    private int rowHeight() {
        return 3 * Sheet.LINE + 2 * height * scale + Sheet.GAP + Sheet.MARGIN;
    }

    private Sheet draw(String caption) {
        int columns = rows.stream().mapToInt(row -> row.panels().size()).max().orElseThrow();
        int pictureWidth = 2 * Sheet.MARGIN + columns * (width * scale + Sheet.GAP) - Sheet.GAP;
        int pictureHeight = Sheet.MARGIN + rows.size() * rowHeight() + Sheet.LINE + Sheet.MARGIN;
        Sheet sheet = new Sheet(pictureWidth, pictureHeight);
        int y = Sheet.MARGIN;
        for (Row row : rows) {
            drawRow(sheet, row, y);
            y += rowHeight();
        }
        sheet.note(caption, Sheet.MARGIN, y);
        return sheet;
    }

    private void drawRow(Sheet sheet, Row row, int top) {
        sheet.heading(row.title(), Sheet.MARGIN, top);
        int x = Sheet.MARGIN;
        for (Panel panel : row.panels()) {
            sheet.label(panel.title(), x, top + Sheet.LINE);
            sheet.note(panel.detail(), x, top + 2 * Sheet.LINE);
            int y = top + 3 * Sheet.LINE;
            sheet.image(mask(panel.mask()), x, y, width * scale, height * scale);
            sheet.graphics().setColor(FRAME);
            sheet.graphics().drawRect(x, y, width * scale - 1, height * scale - 1);
            sheet.image(
                    Pixels.image(panel.image(), height, width),
                    x,
                    y + height * scale + Sheet.GAP,
                    width * scale,
                    height * scale);
            x += width * scale + Sheet.GAP;
        }
    }

    private BufferedImage mask(float[] values) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < values.length; i++) {
            image.setRGB(i % width, i / width, values[i] == 1 ? KEPT : REMOVED);
        }
        return image;
    }
}
