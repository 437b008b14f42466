package io.bandpass.labelmap;

import io.bandpass.image.BadImageException;
import java.util.Arrays;

/** The numbers of a shape, read one after the other from a file that may go on for ever. */
final class NumberList {
    /** Far more than anyone draws: two million corners, or four million runs. */
    private static final int MOST = 1 << 22;

    private static final int FIRST_CAPACITY = 64;

    private double[] values = new double[FIRST_CAPACITY];
    private int size;

    /** Adds a number. */
    void add(double value) throws BadImageException {
        if (size == MOST) {
            throw new BadImageException("has more than " + MOST + " numbers");
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    double get(int index) {
        return values[index];
    }

    /** The numbers as an array of their own. */
    double[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
