package io.bandpass.segment;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Layer;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A convolution that keeps the size of its map, without a bias, then a norm and a ReLU. */
final class ConvNormRelu extends Layer {
    private final Conv2d convolution;
    private final MapNorm norm;

    /**
     * Creates the layers.
     *
     * @param kernel edge of the kernel, an odd number
     */
    ConvNormRelu(int inputs, int outputs, int kernel, Norm kind) {
        convolution = child("conv", new Conv2d(inputs, outputs, kernel, 1, kernel / 2, false));
        norm = child(MapNorm.nameOf(kind), new MapNorm(kind, outputs));
    }

    /** Maps (N, inputs, H, W) to (N, outputs, H, W). */
    Tensor forward(Tensor x) {
        return Tensors.scoped(() -> {
            Tensor y = norm.forward(convolution.forward(x));
            // In place: the backward passes of the norms do not need their outputs.
            torch.relu_(y);
            return y;
        });
    }
}
