package io.bandpass.report;

import io.bandpass.image.PngCodec;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A white picture of images and labels, as all pictures of the program look; written as PNG. */
public final class Sheet {
    /** Pixels between two images. */
    public static final int GAP = 8;
    /** Pixels around everything. */
    public static final int MARGIN = 14;
    /** Height of a line of text in pixels. */
    public static final int LINE = 18;

    /** Pixels from the top of a line of text to its base line. */
    private static final int BASE = LINE - 5;

    private static final Color PAPER = Color.WHITE;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x777777);

    private final BufferedImage picture;
    private final Graphics2D graphics;

    /** An empty sheet of this size in pixels. */
    public Sheet(int width, int height) {
        picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(PAPER);
        graphics.fillRect(0, 0, width, height);
    }

    /** Returns how many pixels of the sheet an image pixel takes, so that images are at least so wide. */
    public static int scale(int imageWidth, int smallestWidth) {
        return Math.max(1, (int) Math.ceil(smallestWidth / (double) imageWidth));
    }

    /** For shapes; text and images have methods of their own. */
    public Graphics2D graphics() {
        return graphics;
    }

    /**
     * Draws a heading in the line of text that begins here.
     *
     * @param y top of the line
     */
    public void heading(String text, int x, int y) {
        Labels.draw(graphics, text, x, y + BASE, Font.BOLD, INK);
    }

    /** Draws a label in the line of text that begins here. */
    public void label(String text, int x, int y) {
        Labels.draw(graphics, text, x, y + BASE, Font.PLAIN, INK);
    }

    /** Draws a remark in the line of text that begins here. */
    public void note(String text, int x, int y) {
        Labels.draw(graphics, text, x, y + BASE, Font.PLAIN, FAINT);
    }

    /**
     * Draws a remark that ends here, in the line of text that begins at this height.
     *
     * @param right end of the text
     */
    public void noteBefore(String text, int right, int y) {
        note(text, right - Labels.width(graphics, text), y);
    }

    /** Draws an image, scaled to a width and height. */
    public void image(BufferedImage image, int x, int y, int width, int height) {
        graphics.drawImage(image, x, y, width, height, null);
    }

    /**
     * Writes the sheet, on which nothing is drawn afterwards.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path png) throws IOException {
        graphics.dispose();
        Path folder = png.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        // Written at once, as ImageIO hides the reason of a failure.
        Files.write(png, PngCodec.encode(picture));
    }
}
