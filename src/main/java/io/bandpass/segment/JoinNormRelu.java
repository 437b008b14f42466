package io.bandpass.segment;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.Layer;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A 3x3 convolution that joins maps of several sizes, without a bias, then a norm and a ReLU. */
final class JoinNormRelu extends Layer {
    private final JoiningConv2d convolution;
    private final MapNorm norm;

    /**
     * Creates the layers.
     *
     * @param inputs channels of each map
     */
    JoinNormRelu(List<Integer> inputs, int outputs, Norm kind) {
        convolution = child("conv", new JoiningConv2d(inputs, outputs));
        norm = child(MapNorm.nameOf(kind), new MapNorm(kind, outputs));
    }

    /** Maps maps (N, C, H, W) of several sizes to (N, outputs, H, W), of the size of the first. */
    Tensor forward(List<Tensor> maps) {
        return Tensors.scoped(() -> {
            Tensor y = norm.forward(convolution.forward(maps));
            torch.relu_(y);
            return y;
        });
    }
}
