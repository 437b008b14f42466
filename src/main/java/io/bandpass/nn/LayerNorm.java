package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Layer normalisation over the last axis. */
public final class LayerNorm extends Layer {
    private final int width;
    private final double epsilon;
    private final Tensor weight;
    private final Tensor bias;

    public LayerNorm(int width, double epsilon) {
        this.width = width;
        this.epsilon = epsilon;
        weight = parameter("weight", width);
        bias = parameter("bias", width);
    }

    /** Normalises (..., width). */
    public Tensor forward(Tensor x) {
        return torch.layer_norm(
                x, new long[] {width}, new TensorOptional(weight), new TensorOptional(bias), epsilon, false);
    }
}
