package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * The bins of a half spectrum grouped into conjugate pairs. A bin (v, u) and its conjugate (-v, -u) describe the same
 * wave; in column 0 and, for even W, in column W/2 the half spectrum holds both, in rows v and H - v. Each pair has one
 * representative, so that a decision about it applies to both bins.
 */
final class ConjugatePairs implements AutoCloseable {
    private final int count;
    /** (pairs): position of each representative in a row-major half spectrum. */
    private final Tensor representatives;
    /** (H * (W/2 + 1)): pair of each bin. */
    private final Tensor pairOf;
    /** (pairs), float32: number of full-spectrum bins in a pair: 1 for a bin that is its own conjugate, else 2. */
    private final Tensor sizes;

    ConjugatePairs(int height, int width, Device device) {
        int columns = width / 2 + 1;
        long[] positions = new long[height * columns];
        long[] pairs = new long[height * columns];
        float[] bins = new float[height * columns];
        int next = 0;
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < columns; column++) {
                boolean holdsBoth = column == 0 || 2 * column == width;
                int mirrored = (height - row) % height;
                int position = row * columns + column;
                if (holdsBoth && mirrored < row) {
                    pairs[position] = pairs[mirrored * columns + column];
                } else {
                    pairs[position] = next;
                    positions[next] = position;
                    bins[next] = holdsBoth && mirrored == row ? 1 : 2;
                    next++;
                }
            }
        }
        count = next;
        try (PointerScope scope = new PointerScope()) {
            Tensor all = Tensors.ofLongs(positions, positions.length);
            representatives =
                    Tensors.keep(Tensors.to(Tensors.slice(all, 0, 0, count).clone(), device));
            pairOf = Tensors.keep(Tensors.to(Tensors.ofLongs(pairs, pairs.length), device));
            Tensor allBins = Tensors.ofFloats(bins, bins.length);
            sizes = Tensors.keep(Tensors.to(Tensors.slice(allBins, 0, 0, count).clone(), device));
        }
    }

    int count() {
        return count;
    }

    /** (pairs), float32. */
    Tensor sizes() {
        return sizes;
    }

    /** Maps values of bins (N, H * (W/2 + 1)) to values of pairs (N, pairs). */
    Tensor ofBins(Tensor values) {
        return values.index_select(1, representatives);
    }

    /** Maps values of pairs (N, pairs) to values of bins (N, H * (W/2 + 1)). */
    Tensor toBins(Tensor values) {
        return values.index_select(1, pairOf);
    }

    @Override
    public void close() {
        representatives.close();
        pairOf.close();
        sizes.close();
    }
}
