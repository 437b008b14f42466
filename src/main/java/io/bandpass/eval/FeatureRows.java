package io.bandpass.eval;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Features that come batch by batch, in one tensor that is allocated once, so that they are held once. */
final class FeatureRows implements AutoCloseable {
    private final int most;
    private final int[] indices;
    private @Nullable Tensor rows;
    private int filled;

    /**
     * No rows yet.
     *
     * @param most how many may come
     */
    FeatureRows(int most) {
        this.most = most;
        indices = new int[most];
    }

    /**
     * Takes in a batch.
     *
     * @param features (n, ...), of which all batches have the same type and shape of a row
     * @param read which images they are of
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
        Tensor there = rows;
        if (there == null) {
            long[] shape = Tensors.shape(features);
            shape[0] = most;
            there = Tensors.keep(Tensors.empty(features.scalar_type().intern(), shape));
            rows = there;
        }
        return there;
    }

    /** Which images the rows are of. */
    int[] indices() {
        return Arrays.copyOf(indices, filled);
    }

    /** The rows that have come, in the scope of the caller; they stay when this is closed. */
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
