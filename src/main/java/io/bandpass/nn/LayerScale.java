package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** A trained factor for each channel of a branch (Touvron et al., ICCV 2021). */
final class LayerScale extends Layer {
    private final Tensor gamma;

    LayerScale(int width) {
        gamma = parameter("gamma", width);
    }

    /** (..., width) to the same shape. */
    Tensor forward(Tensor branch) {
        return branch.mul(gamma);
    }
}
