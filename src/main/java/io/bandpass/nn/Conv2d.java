package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A square two-dimensional convolution. */
public final class Conv2d extends Layer {
    private static final long[] NO_DILATION = {1, 1};

    private final Tensor weight;
    private final Tensor bias;
    private final long[] stride;
    private final long[] padding;

    public Conv2d(int inputs, int outputs, int kernel, int stride, int padding, boolean hasBias) {
        weight = parameter("weight", outputs, inputs, kernel, kernel);
        bias = hasBias ? parameter("bias", outputs) : new Tensor();
        this.stride = new long[] {stride, stride};
        this.padding = new long[] {padding, padding};
    }

    /** (N, inputs, H, W) to (N, outputs, H', W'). */
    public Tensor forward(Tensor x) {
        TensorOptional optionalBias = bias.defined() ? new TensorOptional(bias) : new TensorOptional();
        return torch.conv2d(x, weight, optionalBias, stride, padding, NO_DILATION, 1);
    }
}
