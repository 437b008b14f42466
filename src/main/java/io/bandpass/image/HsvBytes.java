package io.bandpass.image;

import java.util.function.IntUnaryOperator;

/**
 * Hue, saturation and value in 8 bits each, byte-identical to OpenCV's {@code COLOR_RGB2HSV} and {@code COLOR_HSV2RGB}:
 * hue in steps of 2 degrees. From RGB in integers, with quotients of a table in 1/4096; back to RGB in float32, rounded
 * down, as OpenCV's vector instructions do it (for the last pixels of a row, which do not fill a vector, it rounds).
 */
final class HsvBytes {
    /** Number of hues. */
    static final int HUES = 180;
    /** Degrees from one hue to the next. */
    static final int DEGREES = 2;

    private static final int CHANNELS = RgbBytes.CHANNELS;
    private static final int LEVELS = 256;
    private static final int LARGEST = LEVELS - 1;
    private static final int SECTORS = 6;
    private static final int BITS = 12;
    private static final int HALF = 1 << (BITS - 1);
    /** Saturations by value, and hues by the range of the channels; index 0 stays 0. */
    private static final Quotients SATURATIONS = new Quotients(LARGEST);

    private static final Quotients TURNS = new Quotients(HUES / (double) SECTORS);

    /** A number divided by 1 to 255, in 1/4096. */
    private static final class Quotients {
        private final int[] values = new int[LEVELS];

        Quotients(double dividend) {
            for (int divisor = 1; divisor < LEVELS; divisor++) {
                values[divisor] = (int) Math.rint(dividend * (1 << BITS) / divisor);
            }
        }

        int times(int factor, int divisor) {
            return (factor * values[divisor] + HALF) >> BITS;
        }
    }

    private HsvBytes() {}

    /**
     * Changes hue and saturation of pixels in place.
     *
     * @param pixels RGB, interleaved
     * @param hue from and to 0 to 179
     * @param saturation from and to 0 to 255
     */
    static void change(byte[] pixels, IntUnaryOperator hue, IntUnaryOperator saturation) {
        int[] hues = table(HUES, hue);
        int[] saturations = table(LEVELS, saturation);
        for (int i = 0; i < pixels.length; i += CHANNELS) {
            int red = pixels[i] & 0xFF;
            int green = pixels[i + 1] & 0xFF;
            int blue = pixels[i + 2] & 0xFF;
            int value = Math.max(red, Math.max(green, blue));
            int range = value - Math.min(red, Math.min(green, blue));
            int sixths; // of a turn, in units of the range
            if (value == red) {
                sixths = green - blue;
            } else if (value == green) {
                sixths = blue - red + 2 * range;
            } else {
                sixths = red - green + 4 * range;
            }
            int turn = TURNS.times(sixths, range);
            put(pixels, i, hues[turn < 0 ? turn + HUES : turn], saturations[SATURATIONS.times(range, value)], value);
        }
    }

    private static int[] table(int size, IntUnaryOperator function) {
        int[] table = new int[size];
        for (int i = 0; i < size; i++) {
            table[i] = function.applyAsInt(i);
        }
        return table;
    }

    /** Writes the colour of a pixel. */
    private static void put(byte[] pixels, int i, int hue, int saturation, int value) {
        float saturated = saturation * (1f / LARGEST);
        float brightest = value * (1f / LARGEST);
        float sectors = hue * ((float) SECTORS / HUES);
        int sector = (int) sectors;
        float within = sectors - sector;
        byte most = (byte) value;
        byte least = level(brightest, 1 - saturated);
        // Rounded once, as where a processor multiplies and subtracts at once.
        byte falling = level(brightest, (float) (1 - (double) saturated * within));
        byte rising = level(brightest, (float) (1 - (double) saturated * (1 - within)));
        switch (sector) {
            case 0 -> put(pixels, i, most, rising, least);
            case 1 -> put(pixels, i, falling, most, least);
            case 2 -> put(pixels, i, least, most, rising);
            case 3 -> put(pixels, i, least, falling, most);
            case 4 -> put(pixels, i, rising, least, most);
            default -> put(pixels, i, most, least, falling);
        }
    }

    private static byte level(float brightest, float share) {
        return (byte) (int) (brightest * share * LARGEST);
    }

    private static void put(byte[] pixels, int i, byte red, byte green, byte blue) {
        pixels[i] = red;
        pixels[i + 1] = green;
        pixels[i + 2] = blue;
    }
}
