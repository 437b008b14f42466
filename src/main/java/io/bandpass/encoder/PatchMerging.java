package io.bandpass.encoder;

import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Linear;
import org.bytedeco.pytorch.Tensor;

/**
 * Patch merging between two stages of Swin (Liu et al., ICCV 2021, section 3.1): 2 x 2 cells become one with twice the
 * channels.
 */
final class PatchMerging extends Layer {
    private final LayerNorm norm;
    private final Linear reduction;

    /**
     * Creates a merging layer.
     *
     * @param width input channels
     */
    PatchMerging(int width) {
        norm = child("norm", new LayerNorm(4 * width, SwinTransformer.EPSILON));
        reduction = child("reduction", new Linear(4 * width, 2 * width, false));
    }

    /** Maps (N, H, W, C) to (N, H/2, W/2, 2C); an odd edge is padded with zeros. */
    Tensor forward(Tensor x) {
        Tensor even = ZeroPadding.ofMaps(x, 2);
        long rows = even.size(1) / 2;
        long columns = even.size(2) / 2;
        long width = x.size(3);
        // The four cells in column-major order: (even row, even column), (odd, even), (even, odd), (odd, odd).
        Tensor merged = even.reshape(x.size(0), rows, 2, columns, 2, width) // (N, H/2, 2, W/2, 2, C)
                .permute(0, 1, 3, 4, 2, 5) // (N, H/2, W/2, column, row, C)
                .reshape(x.size(0), rows, columns, 4 * width); // (N, H/2, W/2, 4C)
        return reduction.forward(norm.forward(merged));
    }
}
