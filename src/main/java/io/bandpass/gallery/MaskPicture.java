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
    private static final int GAP = 8;
    private static final int LINE = 18;
    private static final int MARGIN = 14;
    private static final int KEPT = 0xFFFFFF;
    private static final int REMOVED = 0x31364A;
    private static final Color PAPER = Color.WHITE;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x777777);
    private static final Color FRAME = new Color(0xBBBBBB);

    private final List<Row> rows;
    private final int height;
    private final int width;
    private final int scale;

    private MaskPicture(List<Row> rows, int height, int width) {
        this.rows = rows;
        this.height = height;
        this.width = width;
        scale = Math.max(1, (int) Math.ceil(SMALLEST_CELL / (double) width));
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
        BufferedImage picture = new MaskPicture(rows, height, width).draw(caption);
        try (var out = Files.newOutputStream(png)) {
            ImageIO.write(picture, "png", out);
        }
    }

    private int rowHeight() {
        return 3 * LINE + 2 * height * scale + GAP + MARGIN;
    }

    private BufferedImage draw(String caption) {
        int columns = rows.stream().mapToInt(row -> row.panels().size()).max().orElseThrow();
        int pictureWidth = 2 * MARGIN + columns * (width * scale + GAP) - GAP;
        int pictureHeight = MARGIN + rows.size() * rowHeight() + LINE + MARGIN;
        BufferedImage picture = new BufferedImage(pictureWidth, pictureHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(PAPER);
        g.fillRect(0, 0, pictureWidth, pictureHeight);
        int y = MARGIN;
        for (Row row : rows) {
            drawRow(g, row, y);
            y += rowHeight();
        }
        Labels.draw(g, caption, MARGIN, y + LINE - 5, Font.PLAIN, FAINT);
        g.dispose();
        return picture;
    }

    private void drawRow(Graphics2D g, Row row, int top) {
        Labels.draw(g, row.title(), MARGIN, top + LINE - 5, Font.BOLD, INK);
        int x = MARGIN;
        for (Panel panel : row.panels()) {
            Labels.draw(g, panel.title(), x, top + 2 * LINE - 5, Font.PLAIN, INK);
            Labels.draw(g, panel.detail(), x, top + 3 * LINE - 5, Font.PLAIN, FAINT);
            int y = top + 3 * LINE;
            g.drawImage(mask(panel.mask()), x, y, width * scale, height * scale, null);
            g.setColor(FRAME);
            g.drawRect(x, y, width * scale - 1, height * scale - 1);
            g.drawImage(
                    Pixels.image(panel.image(), height, width),
                    x,
                    y + height * scale + GAP,
                    width * scale,
                    height * scale,
                    null);
            x += width * scale + GAP;
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
