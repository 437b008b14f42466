package io.bandpass.image;

import io.bandpass.image.TiffDirectory.Field;
import io.bandpass.image.TiffHeader.Colours;
import java.io.IOException;

/** Converts the samples of a TIFF's pixels to RGB. */
final class TiffColours {
    private static final int CHANNELS = 3;
    private static final int HIGHEST = 255;
    private static final int PALETTE_LEVELS = 1 << 16;
    private static final int BYTE = 8;

    private final Colours kind;
    private final boolean isMultiplied;
    /** Tables from value to level, for each colour sample and the opacity after them. */
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

    /** Returns the nearest of 256 levels for each value with this number of bits. */
    private static byte[] levels(int bits, boolean negative) {
        byte[] levels = new byte[1 << bits];
        int highest = levels.length - 1;
        for (int i = 0; i <= highest; i++) {
            int level = Math.floorDiv(2 * HIGHEST * i + highest, 2 * highest);
            levels[i] = (byte) (negative ? HIGHEST - level : level);
        }
        return levels;
    }

    /**
     * Reads all reds, then all greens and blues: the high bytes of 16-bit values, unless a program has written 8-bit
     * levels.
     */
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
     * Converts a row to RGB.
     *
     * @param values samples of the pixels, one pixel after the other
     * @param columns number of pixels to convert
     * @param rgb receives them from its start
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
                        rgb[to + c] = (byte) (light - multiplied(levels[c][values[from + c]] & 0xFF, light));
                    }
                }
            }
        }
    }

    /** Divides premultiplied colours by their opacity. */
    private static void divide(byte[] rgb, int at, int opacity) {
        for (int c = 0; c < CHANNELS; c++) {
            int level = rgb[at + c] & 0xFF;
            rgb[at + c] = (byte) (opacity == 0 ? 0 : Math.min(HIGHEST, Math.floorDiv(HIGHEST * level, opacity)));
        }
    }

    /** Returns the rounded product of two levels, with 255 as one. */
    private static int multiplied(int a, int b) {
        return Math.floorDiv(2 * a * b + HIGHEST, 2 * HIGHEST);
    }
}
