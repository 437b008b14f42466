package io.bandpass.image;

/**
 * Operations that blend each pixel with a duller one, or away from it where the factor is above 1: equal to Pillow's
 * ({@code ImageEnhance}) to the byte. Everything is float32, as there, and rounded down.
 */
final class Enhancement {
    private static final int LARGEST = 255;
    /** ITU-R 601-2 luma in 1/65536. */
    private static final int RED = 19595;

    private static final int GREEN = 38470;
    private static final int BLUE = 7471;
    private static final int HALF = 0x8000;
    /** Pillow's filter SMOOTH: five times a pixel and once each of its eight neighbours. */
    private static final float CENTRE = 5f / 13;

    private static final float NEIGHBOUR = 1f / 13;

    private Enhancement() {}

    /** From grey at factor 0 through the image at 1 to stronger colours. */
    static RgbBytes colour(RgbBytes image, float factor) {
        RgbBytes blended = RgbBytes.blank(image.height(), image.width());
        for (int pixel = 0; pixel < blended.values().length; pixel += RgbBytes.CHANNELS) {
            int grey = grey(image, pixel);
            for (int i = pixel; i < pixel + RgbBytes.CHANNELS; i++) {
                blended.values()[i] = (byte) blend(grey, image.level(i), factor);
            }
        }
        return blended;
    }

    /** From a smoothed image at factor 0 through the image at 1 to a sharper one. The outermost pixels stay. */
    static RgbBytes sharpness(RgbBytes image, float factor) {
        RgbBytes blended = new RgbBytes(image.values().clone(), image.height(), image.width());
        int row = image.width() * RgbBytes.CHANNELS;
        for (int y = 1; y < image.height() - 1; y++) {
            for (int i = y * row + RgbBytes.CHANNELS; i < (y + 1) * row - RgbBytes.CHANNELS; i++) {
                blended.values()[i] = (byte) blend(smooth(image, i, row), image.level(i), factor);
            }
        }
        return blended;
    }

    /** Sums from the lower row to the upper one: the order decides the last bit. */
    private static int smooth(RgbBytes image, int i, int row) {
        float sum = 0.5f;
        sum += weighted(image, i + row, NEIGHBOUR);
        sum += weighted(image, i, CENTRE);
        sum += weighted(image, i - row, NEIGHBOUR);
        return Math.min(LARGEST, (int) sum);
    }

    private static float weighted(RgbBytes image, int i, float middle) {
        return image.level(i - RgbBytes.CHANNELS) * NEIGHBOUR
                + image.level(i) * middle
                + image.level(i + RgbBytes.CHANNELS) * NEIGHBOUR;
    }

    /** Brightness of the pixel that begins at a position. */
    static int grey(RgbBytes image, int position) {
        return (RED * image.level(position)
                        + GREEN * image.level(position + 1)
                        + BLUE * image.level(position + 2)
                        + HALF)
                >> Short.SIZE;
    }

    /** From one level at factor 0 to the other at 1 and beyond. */
    static int blend(int dull, int level, float factor) {
        float blended = dull + factor * (level - dull);
        return (int) Math.max(0, Math.min(LARGEST, blended));
    }
}
