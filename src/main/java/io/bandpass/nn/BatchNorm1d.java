package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batch normalisation of vectors without scale and shift, as it stands before the linear layer of a probe (He et al.,
 * CVPR 2022, appendix A.1). What it normalises does not change while the layer behind it is trained, so every batch counts
 * as much as any other, where the usual moving average would keep a rest of its first values in a short training.
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
     * Normalises vectors; in training by the statistics of the batch, otherwise by the mean of those of all batches so far.
     *
     * @param x (N, width), N at least 2 in training
     * @return of the same shape
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

    /** What evaluation subtracts: (width). */
    public Tensor mean() {
        return runningMean;
    }

    /** What evaluation divides by the root of, {@link #EPSILON} added: (width). */
    public Tensor variance() {
        return runningVariance;
    }
}
