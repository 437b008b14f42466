package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Stochastic depth (Huang et al., 2016): in training, a sample's branch is dropped with this probability, and kept ones
 * are scaled up. Draws from LibTorch's default generator, which the training step seeds anew from (seed, step).
 */
public final class DropPath extends Layer {
    private final double rate;

    public DropPath(double rate) {
        this.rate = rate;
    }

    /** (N, ...) to the same shape. */
    public Tensor forward(Tensor branch) {
        if (rate == 0 || !isTraining()) {
            return branch;
        }
        long[] shape = new long[(int) branch.dim()];
        Arrays.fill(shape, 1);
        shape[0] = branch.size(0);
        // Drawn on the CPU whatever the device, so that one generator can be set back (see ActivationCheckpointing).
        Tensor kept = torch.rand(shape, new TensorOptions(ScalarType.Float)).ge(new Scalar(rate));
        Tensor factors = Tensors.multiply(kept.to(branch.scalar_type()), 1 / (1 - rate));
        return branch.mul(Tensors.to(factors, branch.device()));
    }
}
