package io.bandpass.nn;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Linear layer over the last axis: x W^T + b, with an optional bias b. */
public final class Linear extends Layer {
    private final Tensor weight;
    private final @Nullable Tensor bias;

    public Linear(int inputs, int outputs) {
        this(inputs, outputs, true);
    }

    public Linear(int inputs, int outputs, boolean hasBias) {
        weight = parameter("weight", outputs, inputs);
        bias = hasBias ? parameter("bias", outputs) : null;
    }

    /** W: (outputs, inputs). */
    public Tensor weight() {
        return weight;
    }

    /**
     * b: (outputs).
     *
     * @throws NullPointerException if the layer has no bias
     */
    public Tensor bias() {
        return Objects.requireNonNull(bias, "this layer has no bias");
    }

    /** (..., inputs) to (..., outputs). */
    public Tensor forward(Tensor x) {
        return torch.linear(x, weight, bias != null ? new TensorOptional(bias) : new TensorOptional());
    }
}
