package io.bandpass.encoder;

import io.bandpass.nn.Conv2d;
import io.bandpass.nn.DropPath;
import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.LayerScale;
import io.bandpass.nn.Mlp;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** ConvNeXt block (Liu et al., CVPR 2022, section 2.6): a 7x7 depthwise convolution, a norm and a per-pixel MLP. */
final class ConvNeXtBlock extends Layer {
    private static final int KERNEL = 7;
    private static final int EXPANSION = 4;

    private final Conv2d convolution;
    private final LayerNorm norm;
    private final Mlp mlp;
    private final Optional<LayerScale> scale;
    private final DropPath dropPath;

    ConvNeXtBlock(int width, boolean layerScale, double dropPathRate) {
        convolution = child("conv_dw", Conv2d.depthwise(width, KERNEL));
        norm = child("norm", new LayerNorm(width, ConvNeXt.EPSILON));
        mlp = child("mlp", new Mlp(width, EXPANSION * width));
        scale = layerScale ? Optional.of(unnamed(new LayerScale("gamma", width))) : Optional.empty();
        dropPath = child("drop_path", new DropPath(dropPathRate));
    }

    /** Maps (N, C, H, W), channels-last in memory, to the same shape and format. */
    Tensor forward(Tensor x) {
        return dropPath.add(x.permute(0, 2, 3, 1), this::branch).permute(0, 3, 1, 2);
    }

    /** Maps (N, H, W, C) to the same shape. */
    private Tensor branch(Tensor pixels) {
        Tensor mixed = convolution.forward(pixels.permute(0, 3, 1, 2)).permute(0, 2, 3, 1); // (N, H, W, C)
        Tensor branch = mlp.forward(norm.forward(mixed));
        return scale.isPresent() ? scale.get().forward(branch) : branch;
    }
}
