package io.bandpass.image;

/** The colours of indices for which a file has none: as many levels of grey. */
final class GreyPalette {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    private GreyPalette() {}

    /** Red, green and blue of each of 256 indices. */
    static byte[] create() {
        byte[] palette = new byte[CHANNELS * LEVELS];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) Math.floorDiv(i, CHANNELS);
        }
        return palette;
    }
}
