package io.bandpass.data;

import io.bandpass.text.Counts;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.Locale;

/**
 * The order of images in each epoch: a permutation that is a pure function of (seed, epoch), computed position by
 * position without a table. A Feistel network permutes the next power of four; a position that lands outside the set
 * follows its cycle until it is inside (cycle walking; Black and Rogaway, CT-RSA 2002).
 *
 * <p>With repeated augmentation each image comes several times in a row, and an epoch, whose length is unchanged,
 * covers only the first images of the order.
 */
public final class EpochOrder {
    private static final int ROUNDS = 6;

    private final int size;
    private final int repeats;
    private final long seed;
    private final int halfBits;

    /** Creates an order with each image once. */
    public EpochOrder(int size, long seed) {
        this(size, 1, seed);
    }

    /**
     * Creates an order with each image several times in a row.
     *
     * @param repeats positive
     * @throws DataException if images times repeats exceed the range of an int
     */
    public EpochOrder(int size, int repeats, long seed) {
        if ((long) size * repeats > Integer.MAX_VALUE) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "augment.repeats is %d, but must be at most %d for a set of %s",
                    repeats,
                    Integer.MAX_VALUE / size,
                    Counts.of(size, "image")));
        }
        this.size = size;
        this.repeats = repeats;
        this.seed = seed;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, size - 1));
        halfBits = (bits + 1) / 2;
    }

    public int size() {
        return size;
    }

    /** Returns the number of positions; with repeats, most of them lie beyond the end of an epoch. */
    int positions() {
        return size * repeats;
    }

    /**
     * Returns the index of the image at a position of an epoch.
     *
     * @param epoch from 0
     * @param position from 0 to below {@link #size()} times the repeats
     */
    public int at(long epoch, int position) {
        long value = position / repeats;
        do {
            value = permute(epoch, value);
        } while (value >= size);
        return (int) value;
    }

    /**
     * Returns the number of an image and its repetition, unique within the epoch: index + {@link #size()} * repetition.
     * With the seed and the epoch it keys all random choices for the image.
     */
    public int draw(long epoch, int position) {
        return at(epoch, position) + size * (position % repeats);
    }

    private long permute(long epoch, long value) {
        long half = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & half;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (KeyedRandom.hash(seed, Purpose.ORDER, epoch, round, right) & half);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
