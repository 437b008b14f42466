package io.bandpass.encoder;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Window partition of one block (Liu et al., ICCV 2021, sections 3.1 and 3.2): a map is padded with zeros to whole
 * windows, below and to the right, and divided into square windows, after a cyclic shift up and to the left if they are
 * shifted.
 *
 * @param rows of the map
 * @param columns of the map
 * @param window cells along each edge of a window
 * @param shift of the windows in cells, 0 for none
 */
public record ShiftedWindows(int rows, int columns, int window, int shift) {
    /** Addend to the logit of a query and a key that only the cyclic shift made neighbours. */
    private static final double APART = -100;

    /** Rows of the padded map. */
    private int height() {
        return ZeroPadding.up(rows, window);
    }

    /** Columns of the padded map. */
    private int width() {
        return ZeroPadding.up(columns, window);
    }

    /** Partitions maps (N, H, W, C) into windows (N, windows, cells of a window, C). */
    Tensor cut(Tensor maps) {
        Tensor padded = ZeroPadding.ofMaps(maps, window); // (N, H', W', C)
        return partition(shift == 0 ? padded : torch.roll(padded, new long[] {-shift, -shift}, 1, 2));
    }

    private Tensor partition(Tensor padded) {
        long n = padded.size(0);
        long down = height() / window;
        long across = width() / window;
        return padded.reshape(n, down, window, across, window, -1) // (N, H'/w, w, W'/w, w, C)
                .permute(0, 1, 3, 2, 4, 5) // (N, H'/w, W'/w, w, w, C)
                .reshape(n, down * across, (long) window * window, -1); // (N, windows, w^2, C)
    }

    /** Inverse of {@link #cut}. */
    Tensor join(Tensor windows) {
        long n = windows.size(0);
        Tensor rolled = windows.reshape(n, height() / window, width() / window, window, window, -1)
                .permute(0, 1, 3, 2, 4, 5) // (N, H'/w, w, W'/w, w, C)
                .reshape(n, height(), width(), -1); // (N, H', W', C)
        Tensor padded = shift == 0 ? rolled : torch.roll(rolled, new long[] {shift, shift}, 1, 2);
        Tensor upper = height() == rows ? padded : Tensors.slice(padded, 1, 0, rows);
        return width() == columns ? upper : Tensors.slice(upper, 2, 0, columns);
    }

    /**
     * Returns the attention mask of shifted windows: the cyclic shift places opposite edges of the padded map side by
     * side, and those cells must not attend to each other. Padding attends, and is attended to, like any cell.
     *
     * @return (windows, 1, cells, cells), 0 or -100, float32
     */
    public Tensor mask(Device device) {
        Tensor regions = Tensors.to(regions(), device);
        Tensor ofWindows = partition(regions).flatten(0, 1).squeeze(-1); // (windows, cells)
        Tensor apart = ofWindows.unsqueeze(1).ne(ofWindows.unsqueeze(2)).unsqueeze(1); // (windows, 1, cells, cells)
        return torch.zeros_like(apart.to(ScalarType.Float)).masked_fill(apart, new Scalar(APART));
    }

    /** Number of each cell's region on the shifted map: (1, H', W', 1), float32. */
    private Tensor regions() {
        float[] regions = new float[height() * width()];
        for (int row = 0; row < height(); row++) {
            for (int column = 0; column < width(); column++) {
                regions[row * width() + column] = 3 * region(row, height()) + region(column, width());
            }
        }
        return Tensors.ofFloats(regions, 1, height(), width(), 1);
    }

    /**
     * Region along one axis of the shifted map: 0 inside, 1 the last window's own cells, 2 cells wrapped from the other
     * edge.
     */
    private int region(int position, int length) {
        if (position < length - window) {
            return 0;
        }
        return position < length - shift ? 1 : 2;
    }
}
