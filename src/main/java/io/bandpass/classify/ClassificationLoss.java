package io.bandpass.classify;

import io.bandpass.config.ClassifyLossConfig;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Loss of logits against soft targets. {@code ce} is the cross entropy, -sum(t * log softmax), averaged over images.
 * {@code bce} treats each class as a binary problem, as in "ResNet strikes back" (Wightman et al., 2021,
 * arXiv:2110.00476, section 2): the binary cross entropy of the sigmoid, averaged over images and classes.
 */
public final class ClassificationLoss {
    private static final long CLASSES = 1;

    private final ClassifyLossConfig config;

    public ClassificationLoss(ClassifyLossConfig config) {
        this.config = config;
    }

    /**
     * Computes a micro-batch's contribution to the loss of its batch.
     *
     * @param logits (n, K), float32
     * @param targets (n, K), float32, from 0 to 1
     * @param images number of images in the whole effective batch, so that contributions add up
     * @return scalar
     */
    public Tensor of(Tensor logits, Tensor targets, long images) {
        long[] shape = Tensors.shape(logits);
        if (shape.length != 2 || !Arrays.equals(shape, Tensors.shape(targets))) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "logits of the shape %s do not go with targets of the shape %s: both must be (images, classes)",
                    Arrays.toString(shape),
                    Arrays.toString(Tensors.shape(targets))));
        }
        return switch (config.type()) {
            // -sum(t * log softmax(logits)) / images
            case CE -> torch.log_softmax(logits, CLASSES).mul(targets).sum().div(new Scalar(-(double) images));
            case BCE -> {
                Tensor meanLoss = torch.binary_cross_entropy_with_logits(logits, thresholded(targets));
                yield Tensors.multiply(meanLoss, shape[0] / (double) images);
            }
        };
    }

    private Tensor thresholded(Tensor targets) {
        return config.bceTargetThreshold().isEmpty()
                ? targets
                : targets.gt(new Scalar(config.bceTargetThreshold().getAsDouble()))
                        .to(targets.scalar_type());
    }
}
