package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** Layer scale: a trained factor per channel of a branch (Touvron et al., ICCV 2021). */
public final class LayerScale extends Layer {
    private final Tensor gamma;

    /**
     * Creates factors of 0.
     *
     * @param name of the parameter, which differs between encoders
     */
    public LayerScale(String name, int width) {
        gamma = parameter(name, width);
    }

    /** Scales a branch (..., width), in the branch's type. */
    public Tensor forward(Tensor branch) {
        return branch.mul(gamma.to(branch.scalar_type()));
    }
}
