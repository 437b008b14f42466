package io.bandpass.report;

import io.bandpass.config.LabelClasses;
import java.awt.image.BufferedImage;

/** Pictures of label maps in the colours of their classes. */
public final class LabelMapPicture {
    /** Colour of pixels without a class. */
    public static final int IGNORED = 0xB8B8B8;
    /** Colour of wrongly predicted pixels. */
    static final int WRONG = 0xE0201B;

    /** Share of the class's colour in an overlay. */
    private static final double STRENGTH = 0.5;
    /** Brightness that remains of the image below errors. */
    private static final double DIMMED = 0.45;

    private final LabelClasses classes;

    public LabelMapPicture(LabelClasses classes) {
        this.classes = classes;
    }

    /** Returns the colour of a class, 0xRRGGBB. */
    int of(short id) {
        return id < 0 ? IGNORED : classes.colours().get(id);
    }

    /** Returns a picture of a label map. */
    public BufferedImage map(short[] ids, int height, int width) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < ids.length; i++) {
            picture.setRGB(i % width, i / width, of(ids[i]));
        }
        return picture;
    }

    /**
     * Returns an image with the classes over it: each pixel half its own and half its class's colour, and borders between
     * classes in the class's colour alone.
     *
     * @param rgb row by row, three bytes per pixel
     */
    public BufferedImage overlay(byte[] rgb, short[] ids, int height, int width) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                boolean border =
                        (x + 1 < width && ids[i + 1] != ids[i]) || (y + 1 < height && ids[i + width] != ids[i]);
                picture.setRGB(x, y, border ? of(ids[i]) : mixed(pixel(rgb, i), of(ids[i]), STRENGTH));
            }
        }
        return picture;
    }

    /** Returns the image, grey and dark, with wrongly predicted pixels in red and ignored ones in light grey. */
    BufferedImage errors(SceneView scene) {
        BufferedImage picture = new BufferedImage(scene.width(), scene.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < scene.truth().length; i++) {
            int colour;
            if (scene.truth()[i] < 0) {
                colour = IGNORED;
            } else if (scene.truth()[i] != scene.prediction()[i]) {
                colour = WRONG;
            } else {
                int pixel = pixel(scene.rgb(), i);
                int grey = (int) (DIMMED * ((pixel >> 16) + (pixel >> 8 & 0xFF) + (pixel & 0xFF)) / 3);
                colour = grey << 16 | grey << 8 | grey;
            }
            picture.setRGB(i % scene.width(), i / scene.width(), colour);
        }
        return picture;
    }

    /** Returns a picture of the pixels. */
    static BufferedImage image(byte[] rgb, int height, int width) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            picture.setRGB(i % width, i / width, pixel(rgb, i));
        }
        return picture;
    }

    private static int pixel(byte[] rgb, int i) {
        return (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF);
    }

    private static int mixed(int below, int above, double share) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double value = (1 - share) * (below >> shift & 0xFF) + share * (above >> shift & 0xFF);
            result |= (int) Math.round(value) << shift;
        }
        return result;
    }
}
