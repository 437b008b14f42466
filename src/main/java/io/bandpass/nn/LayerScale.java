package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** A trained factor for each channel of a branch (Touvron et al., ICCV 2021). */
public final class LayerScale extends Layer {
    private final Tensor gamma;

    /**
     * Factors of 0.
     *
     * @param name of the parameter: encoders differ in it
     */
    public LayerScale(String name, int width) {
        gamma = parameter(name, width);
    }

    /** (..., width) to the same shape, in the type of the branch. */
    public Tensor forward(Tensor branch) {
        return branch.mul(gamma.to(branch.scalar_type()));
    }
}
