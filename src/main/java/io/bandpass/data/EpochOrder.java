package io.bandpass.data;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;

/**
 * The order of images in each epoch: a permutation that is a pure function of (seed, epoch), computed position by
 * position without a table. A Feistel network permutes the next power of four; positions that land outside the set walk
 * on along their cycle until they are inside (Black and Rogaway, CT-RSA 2002).
 */
public final class EpochOrder {
    private static final int ROUNDS = 6;

    private final int size;
    private final long seed;
    private final int halfBits;

    public EpochOrder(int size, long seed) {
        this.size = size;
        this.seed = seed;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, size - 1));
        halfBits = (bits + 1) / 2;
    }

    public int size() {
        return size;
    }

    /**
     * The image at a position of an epoch.
     *
     * @param epoch from 0
     * @param position from 0 to below {@link #size()}
     */
    public int at(long epoch, int position) {
        long value = position;
        do {
            value = permute(epoch, value);
        } while (value >= size);
        return (int) value;
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
