package io.bandpass.segment;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.BatchNorm2d;
import io.bandpass.nn.GroupNorm;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Parameter;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Normalisation of a head's feature maps, of the configured kind. Scale and shift are trained in each of them; a frozen
 * batch norm keeps only its statistics, as mmsegmentation's {@code norm_eval} does.
 */
final class MapNorm extends Layer {
    private final UnaryOperator<Tensor> norm;

    /** Creates a norm with the scale 1 and the shift 0. */
    MapNorm(Norm kind, int width) {
        norm = switch (kind) {
            case BATCH -> unnamed(new BatchNorm2d(width))::forward;
            case FROZEN -> unnamed(BatchNorm2d.frozen(width))::forward;
            case GROUP -> unnamed(new GroupNorm(width))::forward;
        };
        for (Parameter parameter : parameters()) {
            Initialisation.constant(parameter.tensor(), parameter.name().equals("weight") ? 1 : 0);
        }
    }

    /** Name of the norm of a convolution in mmsegmentation's checkpoints. */
    static String nameOf(Norm kind) {
        return kind == Norm.GROUP ? "gn" : "bn";
    }

    /** Maps (N, C, H, W) to the same shape. */
    Tensor forward(Tensor x) {
        return norm.apply(x);
    }
}
