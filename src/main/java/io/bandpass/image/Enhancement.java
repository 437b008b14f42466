package io.bandpass.image;

/**
 * Operations that blend each pixel with a degenerate version, or extrapolate away from it for factors above 1:
 * byte-identical to Pillow's {@code ImageEnhance}. Computed in float32, as there, and rounded down.
 */
final class Enhancement {
    private static final int LARGEST = 255;
    /** ITU-R 601-2 luma in 1/65536. */
    private static final int RED = 19595;

    private static final int GREEN = 38470;
    private static final int BLUE = 7471;
    private static final int HALF = 0x8000;
    /** Pillow's filter SMOOTH: weight 5 for the pixel and 1 for each of its eight neighbours, divided by 13. */
    private static final float CENTRE = 5f / 13;

    private static final float NEIGHBOUR = 1f / 13;

    private Enhancement() {}

    /** Changes saturation: grey at factor 0, the image at 1, more saturated above. */
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

    /** Changes sharpness: smoothed at factor 0, the image at 1, sharper above. The border pixels are unchanged. */
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

    /** Sums from the lower row to the upper one, because the order determines the last bit. */
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

    /** Returns the luma of the pixel at a position. */
    static int grey(RgbBytes image, int position) {
        return (RED * image.level(position)
                        + GREEN * image.level(position + 1)
                        + BLUE * image.level(position + 2)
                        + HALF)
                >> Short.SIZE;
    }

    /** Blends two levels: {@code dull} at factor 0, {@code level} at 1, extrapolated above. */
    static int blend(int dull, int level, float factor) {
        float blended = dull + factor * (level - dull);
        return (int) Math.max(0, Math.min(LARGEST, blended));
    }
}
