package io.bandpass.data;

/**
 * A permutation of the numbers below a size, computed number by number without a table. A Feistel network permutes the
 * next power of four; a number that lands outside follows its cycle until it is inside (cycle walking; Black and
 * Rogaway, CT-RSA 2002).
 */
final class FeistelPermutation {
    /** Keyed hash of a round and half of a number. */
    interface Round {
        long hash(int round, long half);
    }

    private static final int ROUNDS = 6;

    private final int size;
    private final int halfBits;

    FeistelPermutation(int size) {
        this.size = size;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, size - 1));
        halfBits = (bits + 1) / 2;
    }

    /**
     * Returns the number at a position.
     *
     * @param round determines the permutation
     */
    int at(int position, Round round) {
        long value = position;
        do {
            value = permute(value, round);
        } while (value >= size);
        return (int) value;
    }

    private long permute(long value, Round hash) {
        long half = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & half;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (hash.hash(round, right) & half);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
