package io.bandpass.image;

import java.util.function.IntUnaryOperator;

/**
 * Operations that map each level of a channel to another one, byte-identical to Pillow's {@code ImageOps}, with
 * brightness and contrast as in {@code ImageEnhance}.
 */
final class Tones {
    private static final int LEVELS = 256;
    private static final int LARGEST = LEVELS - 1;
    private static final int MIDDLE = 128;

    private Tones() {}

    /** Stretches each channel so that its darkest level becomes 0 and its lightest 255. */
    static RgbBytes autoContrast(RgbBytes image) {
        return perChannel(image, counts -> {
            int low = 0;
            while (counts[low] == 0) {
                low++;
            }
            int high = LARGEST;
            while (counts[high] == 0) {
                high--;
            }
            if (high == low) {
                return level -> level;
            }
            double scale = (double) LARGEST / (high - low);
            double offset = -low * scale;
            return level -> clip((int) (level * scale + offset));
        });
    }

    /** Maps each channel so that its levels are about equally frequent. */
    static RgbBytes equalize(RgbBytes image) {
        return perChannel(image, counts -> {
            int lightest = LARGEST;
            while (counts[lightest] == 0) {
                lightest--;
            }
            int step = (image.pixels() - counts[lightest]) / LARGEST;
            // A channel with a single level, or fewer pixels than levels, is unchanged.
            if (step == 0) {
                return level -> level;
            }
            int[] below = new int[LEVELS];
            for (int level = 1; level < LEVELS; level++) {
                below[level] = below[level - 1] + counts[level - 1];
            }
            return level -> Math.min(LARGEST, (step / 2 + below[level]) / step);
        });
    }

    static RgbBytes invert(RgbBytes image) {
        return all(image, level -> LARGEST - level);
    }

    /**
     * Keeps the highest bits of each level.
     *
     * @param bits from 0, which yields black, to 8
     */
    static RgbBytes posterize(RgbBytes image, int bits) {
        int mask = -1 << (Byte.SIZE - bits);
        return all(image, level -> level & mask);
    }

    /** Inverts levels at or above the threshold. */
    static RgbBytes solarize(RgbBytes image, int threshold) {
        return all(image, level -> level < threshold ? level : LARGEST - level);
    }

    /** Adds to levels below 128. */
    static RgbBytes solarizeAdd(RgbBytes image, int added) {
        return all(image, level -> level < MIDDLE ? Math.min(LARGEST, level + added) : level);
    }

    /** Changes brightness: black at factor 0, the image at 1, brighter above. */
    static RgbBytes brightness(RgbBytes image, float factor) {
        return all(image, level -> Enhancement.blend(0, level, factor));
    }

    /** Changes contrast: uniform grey of the image's mean luma at factor 0, the image at 1, more contrast above. */
    static RgbBytes contrast(RgbBytes image, float factor) {
        long sum = 0;
        for (int pixel = 0; pixel < image.pixels(); pixel++) {
            sum += Enhancement.grey(image, RgbBytes.CHANNELS * pixel);
        }
        int mean = (int) ((double) sum / image.pixels() + 0.5);
        return all(image, level -> Enhancement.blend(mean, level, factor));
    }

    /** Maps a channel's histogram to the function for its levels. */
    private interface Mapping {
        IntUnaryOperator of(int[] counts);
    }

    private static RgbBytes perChannel(RgbBytes image, Mapping mapping) {
        byte[][] tables = new byte[RgbBytes.CHANNELS][];
        for (int channel = 0; channel < RgbBytes.CHANNELS; channel++) {
            int[] counts = new int[LEVELS];
            for (int i = channel; i < image.values().length; i += RgbBytes.CHANNELS) {
                counts[image.level(i)]++;
            }
            tables[channel] = table(mapping.of(counts));
        }
        return map(image, tables[0], tables[1], tables[2]);
    }

    private static RgbBytes all(RgbBytes image, IntUnaryOperator function) {
        byte[] table = table(function);
        return map(image, table, table, table);
    }

    private static byte[] table(IntUnaryOperator function) {
        byte[] table = new byte[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            table[level] = (byte) function.applyAsInt(level);
        }
        return table;
    }

    private static RgbBytes map(RgbBytes image, byte[] red, byte[] green, byte[] blue) {
        RgbBytes mapped = RgbBytes.blank(image.height(), image.width());
        byte[] to = mapped.values();
        for (int i = 0; i < to.length; i += RgbBytes.CHANNELS) {
            to[i] = red[image.level(i)];
            to[i + 1] = green[image.level(i + 1)];
            to[i + 2] = blue[image.level(i + 2)];
        }
        return mapped;
    }

    private static int clip(int level) {
        return Math.max(0, Math.min(LARGEST, level));
    }
}
