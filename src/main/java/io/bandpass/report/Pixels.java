package io.bandpass.report;

import java.awt.image.BufferedImage;

/** Arrays as pictures. */
public final class Pixels {
    private Pixels() {}

    /** Values (3, H, W), row-major; those outside [0, 1] are clamped. */
    public static BufferedImage image(float[] values, int height, int width) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int plane = width * height;
        for (int i = 0; i < plane; i++) {
            int rgb = level(values[i]) << 16 | level(values[plane + i]) << 8 | level(values[2 * plane + i]);
            image.setRGB(i % width, i / width, rgb);
        }
        return image;
    }

    private static int level(float value) {
        return Math.round(Math.max(0, Math.min(1, value)) * 255);
    }
}
