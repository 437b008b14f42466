package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Stochastic depth (Huang et al., 2016): in training, each sample's branch is dropped with probability {@code rate},
 * and kept ones are scaled by 1 / (1 - rate). Only the branches of kept samples are computed, as in DINOv2 (Oquab et
 * al., 2023, section 5). Draws from LibTorch's default generator, which the training step reseeds from (seed, step).
 */
public final class DropPath extends Layer {
    private final double rate;

    public DropPath(double rate) {
        this.rate = rate;
    }

    /**
     * Adds a branch to its input.
     *
     * @param x (N, ...)
     * @param branch maps (M, ...) to the same shape, sample by sample; in training M may be smaller than N
     * @return (N, ...)
     */
    public Tensor add(Tensor x, UnaryOperator<Tensor> branch) {
        if (rate == 0 || !isTraining()) {
            return x.add(branch.apply(x));
        }
        long samples = x.size(0);
        // Drawn on the CPU on every device, so that a single generator state can be restored (ActivationCheckpointing).
        Tensor kept = torch.rand(new long[] {samples}, new TensorOptions(ScalarType.Float))
                .ge(new Scalar(rate))
                .nonzero()
                .flatten();
        double factor = 1 / (1 - rate);
        if (kept.size(0) == samples) {
            return x.add(branch.apply(x), new Scalar(factor));
        }
        if (kept.size(0) == 0) {
            // Compute one sample anyway, with factor 0, so that every parameter has a gradient.
            kept = Tensors.ofLongs(new long[] {0}, 1);
            factor = 0;
        }
        Tensor indices = Tensors.to(kept, x.device());
        Tensor added = branch.apply(x.index_select(0, indices));
        return x.index_add(0, indices, added.to(x.scalar_type()), new Scalar(factor));
    }
}
