package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batch normalisation of vectors without scale and shift, placed before the linear layer of a probe (He et al., CVPR
 * 2022, appendix A.1). Its inputs do not change while the probe is trained, so the running statistics are the plain
 * mean over all batches; the usual moving average would retain some of its initial values in a short training.
 */
public final class BatchNorm1d extends Layer {
    /** Added to the variance. */
    public static final double EPSILON = 1e-6;

    private final Tensor runningMean;
    private final Tensor runningVariance;
    private long batches;

    public BatchNorm1d(int width) {
        runningMean = buffer("running_mean", Tensors.zeros(ScalarType.Float, width));
        runningVariance = buffer("running_var", Tensors.add(Tensors.zeros(ScalarType.Float, width), 1));
    }

    /**
     * Normalises vectors: in training by the statistics of the batch, otherwise by the mean of the statistics of all
     * batches so far.
     *
     * @param x (N, width), N at least 2 in training
     * @return (N, width)
     */
    public Tensor forward(Tensor x) {
        if (isTraining()) {
            if (x.size(0) == 1) {
                throw new IllegalArgumentException("batch norm of one value of each channel has no variance");
            }
            batches++;
        }
        return torch.batch_norm(
                x,
                new TensorOptional(),
                new TensorOptional(),
                new TensorOptional(runningMean),
                new TensorOptional(runningVariance),
                isTraining(),
                1.0 / Math.max(1, batches),
                EPSILON,
                true);
    }

    /** Mean that evaluation subtracts: (width). */
    public Tensor mean() {
        return runningMean;
    }

    /** Variance that evaluation normalises by: (width), without {@link #EPSILON}. */
    public Tensor variance() {
        return runningVariance;
    }
}
