package io.bandpass.eval;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Accumulates features batch by batch in one preallocated tensor, so that memory holds them only once. */
final class FeatureRows implements AutoCloseable {
    private final int capacity;
    private final int[] indices;
    private @Nullable Tensor rows;
    private int filled;

    /**
     * Creates an empty accumulator.
     *
     * @param capacity the largest number of rows
     */
    FeatureRows(int capacity) {
        this.capacity = capacity;
        indices = new int[capacity];
    }

    /**
     * Adds a batch.
     *
     * @param features (n, ...); dtype and row shape are the same for all batches
     * @param read indices of their images
     */
    void add(Tensor features, int[] read) {
        try (PointerScope scope = new PointerScope()) {
            Tensors.slice(rowsFor(features), 0, filled, filled + (long) read.length)
                    .copy_(features);
        }
        System.arraycopy(read, 0, indices, filled, read.length);
        filled += read.length;
    }

    private Tensor rowsFor(Tensor features) {
        Tensor allocated = rows;
        if (allocated == null) {
            long[] shape = Tensors.shape(features);
            shape[0] = capacity;
            allocated = Tensors.keep(Tensors.empty(features.scalar_type().intern(), shape));
            rows = allocated;
        }
        return allocated;
    }

    /** Returns the image indices of the rows. */
    int[] indices() {
        return Arrays.copyOf(indices, filled);
    }

    /** Returns the rows added so far, in the scope of the caller; they outlive this object. */
    Tensor values() {
        if (rows == null) {
            throw new IllegalStateException("no rows have come");
        }
        return Tensors.slice(rows, 0, 0, filled);
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
