package io.bandpass.labelmap;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Colours for classes whose data names none: those of Pascal VOC's development kit, which give each class its own, the
 * same in every data set, and near classes colours far apart. Class 0, usually the background, is black.
 */
public final class ClassColours {
    private static final int CHANNELS = 3;
    private static final int BITS = 8;

    private ClassColours() {}

    /** Returns the colours of the classes 0 to count - 1, as 0xRRGGBB. */
    public static List<Integer> of(int count) {
        return IntStream.range(0, count).mapToObj(ClassColours::colour).toList();
    }

    /** Deals the bits of the id to red, green and blue in turn; the lowest three become the highest of each. */
    private static int colour(int id) {
        int colour = 0;
        for (int bit = 0; bit < CHANNELS * BITS; bit++) {
            int channel = CHANNELS - 1 - bit % CHANNELS;
            int place = BITS - 1 - bit / CHANNELS;
            colour |= (id >> bit & 1) << (channel * BITS + place);
        }
        return colour;
    }
}
