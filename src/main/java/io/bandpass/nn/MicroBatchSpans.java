package io.bandpass.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * Division of a batch into as few micro-batches of at most a given size as possible, whose sizes differ by at most one.
 * Batch norm computes its statistics per micro-batch and weights all micro-batches equally, so a small remainder would
 * count too much.
 */
public final class MicroBatchSpans {
    /**
     * A micro-batch.
     *
     * @param from first image, inclusive
     * @param to last image, exclusive
     */
    public record Span(int from, int to) {
        public int size() {
            return to - from;
        }
    }

    private MicroBatchSpans() {}

    /**
     * Divides a batch, in order.
     *
     * @param size of the batch
     * @param most maximum number of images per micro-batch, above 0
     */
    public static List<Span> of(int size, int most) {
        int count = count(size, most);
        List<Span> spans = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            spans.add(new Span(start(size, number, count), start(size, number + 1, count)));
        }
        return spans;
    }

    /** Number of micro-batches. */
    public static int count(int size, int most) {
        return Math.toIntExact(((long) size + most - 1) / most);
    }

    /** Number of images in the largest micro-batch. */
    public static int largest(int size, int most) {
        int count = count(size, most);
        return Math.toIntExact(((long) size + count - 1) / count);
    }

    /** Number of images in the smallest micro-batch. */
    public static int smallest(int size, int most) {
        return size / count(size, most);
    }

    private static int start(int size, int number, int count) {
        return Math.toIntExact((long) size * number / count);
    }
}
