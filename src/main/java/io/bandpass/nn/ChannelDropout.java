package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Dropout of whole channels (Tompson et al., CVPR 2015; PyTorch's Dropout2d): in training, each channel of each image is
 * set to 0 with probability {@code rate}, and the others are scaled by 1 / (1 - rate). Draws from LibTorch's default CPU
 * generator, like {@link DropPath}.
 */
public final class ChannelDropout extends Layer {
    private final double rate;

    public ChannelDropout(double rate) {
        this.rate = rate;
    }

    /** Maps (N, C, H, W) to the same shape. */
    public Tensor forward(Tensor x) {
        if (rate == 0 || !isTraining()) {
            return x;
        }
        Tensor kept = torch.rand(new long[] {x.size(0), x.size(1), 1, 1}, new TensorOptions(ScalarType.Float))
                .ge(new Scalar(rate));
        Tensor factors = kept.to(ScalarType.Float).div(new Scalar(1 - rate));
        return x.mul(Tensors.to(factors, x.device()).to(x.scalar_type()));
    }
}
