package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** x W^T + b over the last axis; the bias b may be left out. */
public final class Linear extends Layer {
    private final Tensor weight;
    private final Tensor bias;

    public Linear(int inputs, int outputs) {
        this(inputs, outputs, true);
    }

    public Linear(int inputs, int outputs, boolean hasBias) {
        weight = parameter("weight", outputs, inputs);
        bias = hasBias ? parameter("bias", outputs) : new Tensor();
    }

    /** W: (outputs, inputs). */
    public Tensor weight() {
        return weight;
    }

    /** b: (outputs); not defined where it is left out. */
    public Tensor bias() {
        return bias;
    }

    /** (..., inputs) to (..., outputs). */
    public Tensor forward(Tensor x) {
        return torch.linear(x, weight, bias.defined() ? new TensorOptional(bias) : new TensorOptional());
    }
}
