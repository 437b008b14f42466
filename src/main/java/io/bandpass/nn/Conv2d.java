package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** A square two-dimensional convolution. */
public final class Conv2d extends Layer {
    private static final long[] NO_DILATION = {1, 1};

    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final long[] stride;
    private final long[] padding;
    private final int groups;
    private final boolean isPointwise;

    public Conv2d(int inputs, int outputs, int kernel, int stride, int padding, boolean hasBias) {
        this(inputs, outputs, kernel, stride, padding, hasBias, 1);
    }

    /** Creates a depthwise convolution that keeps the size of the map; the kernel is odd. */
    public static Conv2d depthwise(int width, int kernel) {
        return new Conv2d(width, width, kernel, 1, kernel / 2, true, width);
    }

    private Conv2d(int inputs, int outputs, int kernel, int stride, int padding, boolean hasBias, int groups) {
        this.groups = groups;
        weight = parameter("weight", outputs, inputs / groups, kernel, kernel);
        bias = hasBias ? parameter("bias", outputs) : null;
        this.stride = new long[] {stride, stride};
        this.padding = new long[] {padding, padding};
        isPointwise = kernel == 1 && padding == 0 && groups == 1;
    }

    /** (N, inputs, H, W) to (N, outputs, H', W'). */
    public Tensor forward(Tensor x) {
        TensorOptional optionalBias = bias != null ? new TensorOptional(bias) : new TensorOptional();
        return isPointwise && Tensors.isChannelsLast(x)
                ? pointwise(x, optionalBias)
                : torch.conv2d(x, weight, optionalBias, stride, padding, NO_DILATION, groups);
    }

    /** The memory format of the weights. LibTorch returns channels-last maps if either the maps or the weights are. */
    public boolean isChannelsLast() {
        return Tensors.isChannelsLast(weight);
    }

    /**
     * Computes a 1x1 convolution of channels-last maps as a matrix product of pixels and weights, without a copy.
     * LibTorch's convolution takes up to twice the time.
     */
    private Tensor pointwise(Tensor x, TensorOptional optionalBias) {
        Tensor strided = x;
        for (int axis = 0; axis < 2; axis++) {
            if (stride[axis] > 1) {
                strided = strided.slice(2 + axis, new LongOptional(0), new LongOptional(), stride[axis]);
            }
        }
        // (N, C, H', W') -> (N, H', W', outputs) -> (N, outputs, H', W')
        return torch.linear(strided.permute(0, 2, 3, 1), weight.flatten(1, 3), optionalBias)
                .permute(0, 3, 1, 2);
    }
}
