package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Batch normalisation (Ioffe and Szegedy, 2015) over the channels of feature maps. */
public final class BatchNorm2d extends Layer {
    private static final double MOMENTUM = 0.1;
    private static final double EPSILON = 1e-5;

    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVariance;
    private final Tensor batches;
    private final boolean isFrozen;

    public BatchNorm2d(int width) {
        this(width, false);
    }

    /** Creates a norm that uses its running statistics in training too, and leaves them as they are. */
    public static BatchNorm2d frozen(int width) {
        return new BatchNorm2d(width, true);
    }

    private BatchNorm2d(int width, boolean isFrozen) {
        this.isFrozen = isFrozen;
        weight = parameter("weight", width);
        bias = parameter("bias", width);
        runningMean = buffer("running_mean", Tensors.zeros(ScalarType.Float, width));
        runningVariance = buffer("running_var", Tensors.add(Tensors.zeros(ScalarType.Float, width), 1));
        batches = buffer("num_batches_tracked", Tensors.zeros(ScalarType.Long));
    }

    /**
     * Normalises (N, width, H, W): by the statistics of the batch in training, unless frozen, by the running ones
     * otherwise.
     *
     * @throws IllegalArgumentException in training if N = H = W = 1: a single value has no variance
     */
    public Tensor forward(Tensor x) {
        boolean byBatch = isTraining() && !isFrozen;
        if (byBatch) {
            if (x.numel() == x.size(1)) {
                throw new IllegalArgumentException("batch norm of one value of each channel has no variance");
            }
            try (NoGradGuard guard = new NoGradGuard()) {
                batches.add_(new Scalar(1L));
            }
        }
        return torch.batch_norm(
                x,
                new TensorOptional(weight),
                new TensorOptional(bias),
                new TensorOptional(runningMean),
                new TensorOptional(runningVariance),
                byBatch,
                MOMENTUM,
                EPSILON,
                true);
    }
}
