package io.bandpass.image;

import io.bandpass.image.TiffDirectory.Field;
import io.bandpass.image.TiffHeader.Colours;
import java.io.IOException;

/** Turns the samples of a TIFF's pixels into RGB. */
final class TiffColours {
    private static final int CHANNELS = 3;
    private static final int HIGHEST = 255;
    private static final int PALETTE_LEVELS = 1 << 16;
    private static final int BYTE = 8;

    private final Colours kind;
    private final boolean isMultiplied;
    /** For each sample of a colour, and the opacity behind it: from a value to a level. */
    private final byte[][] levels;

    private TiffColours(Colours kind, boolean isMultiplied, byte[][] levels) {
        this.kind = kind;
        this.isMultiplied = isMultiplied;
        this.levels = levels;
    }

    static TiffColours of(TiffHeader header, ChannelInput input) throws IOException {
        byte[][] levels;
        Field palette = header.palette();
        if (palette != null) {
            levels = palette(palette, 1 << header.bits().get(0), input);
        } else {
            levels = new byte[header.colours().samples() + (header.isMultiplied() ? 1 : 0)][];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = levels(header.bits().get(i), header.colours() == Colours.WHITE_IS_ZERO);
            }
        }
        return new TiffColours(header.colours(), header.isMultiplied(), levels);
    }

    /** The nearest of 256 levels for each value of so many bits. */
    private static byte[] levels(int bits, boolean negative) {
        byte[] levels = new byte[1 << bits];
        int highest = levels.length - 1;
        for (int i = 0; i <= highest; i++) {
            int level = Math.floorDiv(2 * HIGHEST * i + highest, 2 * highest);
            levels[i] = (byte) (negative ? HIGHEST - level : level);
        }
        return levels;
    }

    /** All reds, then all greens and all blues: the upper bytes of 16 bits, unless a program has written levels of 8. */
    private static byte[][] palette(Field palette, int count, ChannelInput input) throws IOException {
        int[] values = new int[CHANNELS * count];
        int largest = 0;
        for (int i = 0; i < values.length; i++) {
            long level = palette.at(input, i);
            if (level >= PALETTE_LEVELS) {
                throw new IOException("a level of the palette has more than 16 bits");
            }
            values[i] = (int) level;
            largest = Math.max(largest, values[i]);
        }
        int shift = largest > HIGHEST ? BYTE : 0;
        byte[][] levels = new byte[CHANNELS][count];
        for (int i = 0; i < values.length; i++) {
            levels[Math.floorDiv(i, count)][i % count] = (byte) (values[i] >> shift);
        }
        return levels;
    }

    /**
     * Makes the colours of a row.
     *
     * @param values so many samples for each pixel
     * @param columns how many pixels are wanted
     * @param rgb takes them from its start on
     */
    void row(int[] values, int samples, int columns, byte[] rgb) {
        for (int x = 0, from = 0, to = 0; x < columns; x++, from += samples, to += CHANNELS) {
            switch (kind) {
                case WHITE_IS_ZERO, BLACK_IS_ZERO -> {
                    byte grey = levels[0][values[from]];
                    rgb[to] = grey;
                    rgb[to + 1] = grey;
                    rgb[to + 2] = grey;
                }
                case PALETTE -> {
                    for (int c = 0; c < CHANNELS; c++) {
                        rgb[to + c] = levels[c][values[from]];
                    }
                }
                case RGB -> {
                    for (int c = 0; c < CHANNELS; c++) {
                        rgb[to + c] = levels[c][values[from + c]];
                    }
                    if (isMultiplied) {
                        divide(rgb, to, levels[CHANNELS][values[from + CHANNELS]] & 0xFF);
                    }
                }
                case CMYK -> {
                    int light = HIGHEST - (levels[CHANNELS][values[from + CHANNELS]] & 0xFF);
                    for (int c = 0; c < CHANNELS; c++) {
                        rgb[to + c] = (byte) (light - share(levels[c][values[from + c]] & 0xFF, light));
                    }
                }
            }
        }
    }

    /** Takes an opacity back out of colours that were multiplied with it. */
    private static void divide(byte[] rgb, int at, int opacity) {
        for (int c = 0; c < CHANNELS; c++) {
            int level = rgb[at + c] & 0xFF;
            rgb[at + c] = (byte) (opacity == 0 ? 0 : Math.min(HIGHEST, Math.floorDiv(HIGHEST * level, opacity)));
        }
    }

    /** The product of two levels, of which 255 is one, to the nearest. */
    private static int share(int a, int b) {
        return Math.floorDiv(2 * a * b + HIGHEST, 2 * HIGHEST);
    }
}
