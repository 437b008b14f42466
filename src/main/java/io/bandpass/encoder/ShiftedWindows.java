package io.bandpass.encoder;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Window partition of one block (Liu et al., ICCV 2021, sections 3.1 and 3.2): a square map is divided into square
 * windows, after a cyclic shift up and to the left if they are shifted.
 *
 * @param map cells along each edge of the map, a multiple of the window
 * @param window cells along each edge of a window
 * @param shift of the windows in cells, 0 for none
 */
record ShiftedWindows(int map, int window, int shift) {
    /** Addend to the logit of a query and a key that only the cyclic shift made neighbours. */
    private static final float APART = -100;

    /** Partitions maps (N, E, E, C) into windows (N, windows, cells of a window, C). */
    Tensor cut(Tensor maps) {
        long n = maps.size(0);
        long count = map / window;
        Tensor rolled = shift == 0 ? maps : torch.roll(maps, new long[] {-shift, -shift}, 1, 2);
        return rolled.reshape(n, count, window, count, window, -1) // (N, E/w, w, E/w, w, C)
                .permute(0, 1, 3, 2, 4, 5) // (N, E/w, E/w, w, w, C)
                .reshape(n, count * count, (long) window * window, -1); // (N, (E/w)^2, w^2, C)
    }

    /** Inverse of {@link #cut}. */
    Tensor join(Tensor windows) {
        long n = windows.size(0);
        long count = map / window;
        Tensor rolled = windows.reshape(n, count, count, window, window, -1) // (N, E/w, E/w, w, w, C)
                .permute(0, 1, 3, 2, 4, 5) // (N, E/w, w, E/w, w, C)
                .reshape(n, map, map, -1); // (N, E, E, C)
        return shift == 0 ? rolled : torch.roll(rolled, new long[] {shift, shift}, 1, 2);
    }

    /**
     * Returns the attention mask of shifted windows: the cyclic shift places opposite edges of the map side by side,
     * and those cells must not attend to each other.
     *
     * @return (windows, 1, cells, cells), 0 or -100, float32
     */
    Tensor mask() {
        int count = map / window;
        int cells = window * window;
        float[] mask = new float[count * count * cells * cells];
        int at = 0;
        for (int number = 0; number < count * count; number++) {
            int row = number / count * window;
            int column = number % count * window;
            for (int query = 0; query < cells; query++) {
                for (int key = 0; key < cells; key++) {
                    boolean together = region(row + query / window) == region(row + key / window)
                            && region(column + query % window) == region(column + key % window);
                    mask[at++] = together ? 0 : APART;
                }
            }
        }
        return Tensors.ofFloats(mask, (long) count * count, 1, cells, cells);
    }

    /**
     * Region along one axis of the shifted map: 0 inside, 1 the last window's own cells, 2 cells wrapped from the other
     * edge.
     */
    private int region(int position) {
        if (position < map - window) {
            return 0;
        }
        return position < map - shift ? 1 : 2;
    }
}
