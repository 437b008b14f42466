package io.bandpass.data;

/**
 * The images of each batch that one of several processes loads: as many as every other process does.
 *
 * @param rank number of the process, from 0
 * @param size number of processes
 * @param mirrored whether the share is symmetric about the middle of the batch, so that the image at i and the one at
 *     n - 1 - i, which are mixed with each other, are in the same share and mirror each other there too
 */
public record BatchShare(int rank, int size, boolean mirrored) {
    /** Everything. */
    public static final BatchShare WHOLE = new BatchShare(0, 1, false);

    /** Returns the number that a batch must be a multiple of. */
    public int divisor() {
        return mirrored && size > 1 ? 2 * size : size;
    }

    /**
     * Returns the positions in a batch that belong to this share, in ascending order.
     *
     * @param batchSize a multiple of {@link #divisor()}
     */
    public int[] positions(int batchSize) {
        int count = batchSize / size;
        int[] positions = new int[count];
        for (int slot = 0; slot < count; slot++) {
            if (!mirrored) {
                positions[slot] = rank * count + slot;
            } else if (2 * slot < count) {
                positions[slot] = rank * (count / 2) + slot;
            } else {
                positions[slot] = batchSize - 1 - (rank * (count / 2) + count - 1 - slot);
            }
        }
        return positions;
    }
}
