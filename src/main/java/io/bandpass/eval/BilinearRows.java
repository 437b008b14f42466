package io.bandpass.eval;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Rows of a map that is resized bilinearly, with align_corners false and without antialiasing, each computed without
 * the others. Positions are in float32, as in LibTorch's upsampling of the whole map, which these rows are equal to.
 *
 * @param source rows of the map
 * @param target rows of the resized map
 */
record BilinearRows(int source, int target) {
    /** Returns the first of the rows of the map that a resized row is made of. */
    int first(int row) {
        return (int) position(row);
    }

    /** Returns the last of these rows. */
    int last(int row) {
        return Math.min(first(row) + 1, source - 1);
    }

    private float position(int row) {
        if (source == target) {
            return row;
        }
        float scale = (float) source / target;
        return Math.max(0, scale * (row + 0.5f) - 0.5f);
    }

    /**
     * Returns the resized rows {@code from} (inclusive) to {@code to} (exclusive): (n, K, to - from, width).
     *
     * @param maps rows of the map (n, K, rows, w), float32; at least those that the resized ones are made of
     * @param offset which row of the map is the first of {@code maps}
     */
    Tensor of(Tensor maps, int offset, int from, int to, int width) {
        Tensor rows =
                source == target ? Tensors.slice(maps, 2, from - offset, to - offset) : between(maps, offset, from, to);
        return rows.size(3) == width ? rows : torch.upsample_bilinear2d(rows, new long[] {to - from, width}, false);
    }

    private Tensor between(Tensor maps, int offset, int from, int to) {
        int count = to - from;
        long[] upper = new long[count];
        long[] lower = new long[count];
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            int row = from + i;
            upper[i] = (long) first(row) - offset;
            lower[i] = (long) last(row) - offset;
            weights[i] = position(row) - first(row);
        }
        Tensor above = maps.index_select(2, Tensors.to(Tensors.ofLongs(upper, count), maps.device()));
        Tensor below = maps.index_select(2, Tensors.to(Tensors.ofLongs(lower, count), maps.device()));
        return above.lerp(below, Tensors.to(Tensors.ofFloats(weights, count, 1), maps.device())); // (n, K, count, w)
    }
}
