package io.bandpass.interop;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * The order in which patch merging joins the channels of four cells. Swin's authors join whole cells: (row, column) =
 * (0, 0), (1, 0), (0, 1), (1, 1), each with all its channels. mmcv joins them as PyTorch's {@code unfold} does: channel
 * by channel, each with its cells (0, 0), (0, 1), (1, 0), (1, 1).
 */
final class UnfoldedMerging {
    private static final int EDGE = 2;
    private static final int CELLS = EDGE * EDGE;

    private UnfoldedMerging() {}

    /** Whether a tensor of a merging has channels of four cells as its last axis. */
    static boolean concerns(String name, Tensor tensor) {
        return name.matches("layers\\.\\d+\\.downsample\\.(norm|reduction)\\.(weight|bias)")
                && tensor.dim() >= 1
                && tensor.size(tensor.dim() - 1) % CELLS == 0;
    }

    /**
     * Returns the same values in the order of Swin's authors.
     *
     * @param unfolded (..., 4C), the order of mmcv along the last axis
     */
    static Tensor toCells(Tensor unfolded) {
        long[] shape = Tensors.shape(unfolded);
        // (..., C, row, column) -> (..., column, row, C)
        return unfolded.reshape(-1, shape[shape.length - 1] / CELLS, EDGE, EDGE)
                .permute(0, 3, 2, 1)
                .reshape(shape);
    }

    /** Inverse of {@link #toCells}. */
    static Tensor toUnfolded(Tensor cells) {
        long[] shape = Tensors.shape(cells);
        // (..., column, row, C) -> (..., C, row, column)
        return cells.reshape(-1, EDGE, EDGE, shape[shape.length - 1] / CELLS)
                .permute(0, 3, 2, 1)
                .reshape(shape);
    }
}
