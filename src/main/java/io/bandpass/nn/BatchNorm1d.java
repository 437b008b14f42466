package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batch normalisation of vectors without scale and shift, as it stands before the linear layer of a probe (He et al.,
 * CVPR 2022, appendix A.1).
 */
public final class BatchNorm1d extends Layer {
    /** Added to the variance. */
    public static final double EPSILON = 1e-6;

    private static final double MOMENTUM = 0.1;

    private final Tensor runningMean;
    private final Tensor runningVariance;

    public BatchNorm1d(int width) {
        runningMean = buffer("running_mean", Tensors.zeros(ScalarType.Float, width));
        runningVariance = buffer("running_var", Tensors.add(Tensors.zeros(ScalarType.Float, width), 1));
    }

    /** (N, width) to the same shape, N at least 2 in training; statistics of the batch in training, running ones otherwise. */
    public Tensor forward(Tensor x) {
        return torch.batch_norm(
                x,
                new TensorOptional(),
                new TensorOptional(),
                new TensorOptional(runningMean),
                new TensorOptional(runningVariance),
                isTraining(),
                MOMENTUM,
                EPSILON,
                true);
    }

    /** What evaluation subtracts: (width). */
    public Tensor mean() {
        return runningMean;
    }

    /** What evaluation divides by the root of, {@link #EPSILON} added: (width). */
    public Tensor variance() {
        return runningVariance;
    }
}
