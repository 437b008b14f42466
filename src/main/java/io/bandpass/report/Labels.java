package io.bandpass.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Text in pictures. */
public final class Labels {
    private static final Logger LOG = LoggerFactory.getLogger(Labels.class);
    private static final int SIZE = 13;

    private Labels() {}

    /** Width of a plain label in pixels; on a system without any font that of none. */
    static int width(Graphics2D g, String text) {
        try {
            return g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, SIZE)).stringWidth(text);
        } catch (InternalError | RuntimeException e) {
            return 0;
        }
    }

    /** Writes a label; a system without any font gets the picture without labels. */
    public static void draw(Graphics2D g, String text, int x, int y, int style, Color colour) {
        try {
            g.setColor(colour);
            g.setFont(new Font(Font.SANS_SERIF, style, SIZE));
            g.drawString(text, x, y);
        } catch (InternalError | RuntimeException e) {
            LOG.warn("no fonts on this system: the picture has no labels ({})", e.toString());
        }
    }
}
