package io.bandpass.segment;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Upsampling2d;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A level of the pyramid made of a ViT's maps, which all have the size of the patch grid (Bao et al., ICLR 2022, appendix
 * on ADE20K; He et al., CVPR 2022, appendix A.4). Larger maps come from transposed convolutions, each doubling the size,
 * with a norm and a GELU between two of them; smaller ones from max pooling. Layers are numbered as in BEiT's
 * checkpoints, GELUs included.
 */
final class PyramidBranch extends Layer {
    private final List<UnaryOperator<Tensor>> steps = new ArrayList<>();

    /**
     * Creates a branch.
     *
     * @param scale of the result relative to the input, a power of two
     * @param name of this layer in the model, with which its weights are drawn
     */
    PyramidBranch(int width, double scale, Norm kind, String name, long seed) {
        steps.add(Tensors::channelsLast);
        for (double reached = 2; reached <= scale; reached *= 2) {
            if (reached > 2) {
                steps.add(add(new MapNorm(kind, width))::forward);
                steps.add(torch::gelu);
            }
            // The first step is not a layer of the checkpoints.
            String number = String.valueOf(steps.size() - 1);
            Upsampling2d upsampling = add(new Upsampling2d(width, width));
            Initialisation.libtorchDefault(upsampling, name + "." + number + ".", seed);
            steps.add(upsampling::forward);
        }
        if (scale < 1) {
            long edge = Math.round(1 / scale);
            steps.add(x -> torch.max_pool2d(x, edge, edge));
        }
    }

    private <L extends Layer> L add(L layer) {
        return child(String.valueOf(steps.size() - 1), layer);
    }

    /** Maps (N, C, H, W) to (N, C, scale H, scale W), channels-last in memory. */
    Tensor forward(Tensor map) {
        return Tensors.scoped(() -> {
            Tensor x = map;
            for (UnaryOperator<Tensor> step : steps) {
                x = step.apply(x);
            }
            return x;
        });
    }
}
