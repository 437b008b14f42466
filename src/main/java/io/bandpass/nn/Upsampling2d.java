package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Transposed convolution whose stride equals its kernel of 2 x 2: each cell becomes a square of four. */
public final class Upsampling2d extends Layer {
    private static final int EDGE = 2;

    private final int outputs;
    private final Tensor weight;
    private final Tensor bias;

    public Upsampling2d(int inputs, int outputs) {
        this.outputs = outputs;
        weight = parameter("weight", inputs, outputs, EDGE, EDGE);
        bias = parameter("bias", outputs);
    }

    /**
     * Maps (N, inputs, H, W) to (N, outputs, 2H, 2W), channels-last in memory. The squares do not overlap, so this is one
     * matrix product of cells and weights, which needs no copy of a channels-last input.
     */
    public Tensor forward(Tensor x) {
        long[] shape = Tensors.shape(x);
        // (inputs, outputs, 2, 2) -> (2, 2, outputs, inputs) -> (4 outputs, inputs)
        Tensor products = weight.permute(2, 3, 1, 0).reshape((long) EDGE * EDGE * outputs, shape[1]);
        Tensor biases = bias.repeat((long) EDGE * EDGE);
        return torch.linear(x.permute(0, 2, 3, 1), products, new TensorOptional(biases)) // (N, H, W, 4 outputs)
                .view(shape[0], shape[2], shape[3], EDGE, EDGE, outputs)
                .permute(0, 1, 3, 2, 4, 5) // (N, H, 2, W, 2, outputs)
                .reshape(shape[0], EDGE * shape[2], EDGE * shape[3], outputs)
                .permute(0, 3, 1, 2);
    }
}
