package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Stochastic depth (Huang et al., 2016): in training, a sample's branch is dropped with this probability, and kept ones
 * are scaled up. Only the branches of kept samples are computed, as in DINOv2 (Oquab et al., 2023, section 5). Draws from
 * LibTorch's default generator, which the training step seeds anew from (seed, step).
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
     * @param branch gives (M, ...) for any M of the samples, each for itself; in training it may see fewer than N
     * @return (N, ...)
     */
    public Tensor add(Tensor x, UnaryOperator<Tensor> branch) {
        if (rate == 0 || !isTraining()) {
            return x.add(branch.apply(x));
        }
        long samples = x.size(0);
        // Drawn on the CPU whatever the device, so that one generator can be set back (see ActivationCheckpointing).
        Tensor kept = torch.rand(new long[] {samples}, new TensorOptions(ScalarType.Float))
                .ge(new Scalar(rate))
                .nonzero()
                .flatten();
        double factor = 1 / (1 - rate);
        if (kept.size(0) == samples) {
            return x.add(branch.apply(x), new Scalar(factor));
        }
        if (kept.size(0) == 0) {
            // One sample all the same, for nothing: every parameter has a gradient.
            kept = Tensors.ofLongs(new long[] {0}, 1);
            factor = 0;
        }
        Tensor indices = Tensors.to(kept, x.device());
        Tensor added = branch.apply(x.index_select(0, indices));
        return x.index_add(0, indices, added.to(x.scalar_type()), new Scalar(factor));
    }
}
