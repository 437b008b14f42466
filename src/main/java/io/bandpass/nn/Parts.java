package io.bandpass.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * How a batch is divided into parts of a largest size: as few as there can be, whose sizes differ by at most one. Batch
 * norm takes the statistics of each part by itself and gives each the same weight, so a small rest would count too much.
 */
public final class Parts {
    /**
     * A part.
     *
     * @param from the first image
     * @param to the image after the last
     */
    public record Span(int from, int to) {
        public int size() {
            return to - from;
        }
    }

    private Parts() {}

    /**
     * The parts of a batch, in order.
     *
     * @param size of the batch
     * @param most images of a part, above 0
     */
    public static List<Span> of(int size, int most) {
        int count = count(size, most);
        List<Span> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            parts.add(new Span(start(size, part, count), start(size, part + 1, count)));
        }
        return parts;
    }

    /** How many parts there are. */
    public static int count(int size, int most) {
        return Math.toIntExact(((long) size + most - 1) / most);
    }

    /** Images of the largest part. */
    public static int largest(int size, int most) {
        int count = count(size, most);
        return Math.toIntExact(((long) size + count - 1) / count);
    }

    /** Images of the smallest part. */
    public static int smallest(int size, int most) {
        return size / count(size, most);
    }

    private static int start(int size, int part, int count) {
        return Math.toIntExact((long) size * part / count);
    }
}
