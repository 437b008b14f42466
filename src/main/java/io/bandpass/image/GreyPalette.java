package io.bandpass.image;

/** Default palette of grey levels, for indices without a colour in the file. */
final class GreyPalette {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    private GreyPalette() {}

    /** Returns red, green and blue for each of 256 indices. */
    static byte[] create() {
        byte[] palette = new byte[CHANNELS * LEVELS];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) Math.floorDiv(i, CHANNELS);
        }
        return palette;
    }
}
