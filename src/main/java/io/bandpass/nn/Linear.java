package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** x W^T + b over the last axis. */
public final class Linear extends Layer {
    private final Tensor weight;
    private final Tensor bias;

    public Linear(int inputs, int outputs) {
        weight = parameter("weight", outputs, inputs);
        bias = parameter("bias", outputs);
    }

    /** (..., inputs) to (..., outputs). */
    public Tensor forward(Tensor x) {
        return torch.linear(x, weight, new TensorOptional(bias));
    }
}
