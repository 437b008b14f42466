package io.bandpass.classify;

import io.bandpass.config.ClassifyLossConfig;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How far logits are from soft targets. {@code ce} is the cross entropy, -sum(t * log softmax), averaged over images.
 * {@code bce} takes each class as a question of its own, as "ResNet strikes back" does (Wightman et al., 2021,
 * arXiv:2110.00476, section 2): the binary cross entropy of the sigmoid, averaged over images and classes.
 */
public final class ClassificationLoss {
    private static final long CLASSES = 1;

    private final ClassifyLossConfig config;

    public ClassificationLoss(ClassifyLossConfig config) {
        this.config = config;
    }

    /**
     * What a part of a batch adds to the loss of the whole.
     *
     * @param logits (n, K), float32
     * @param targets (n, K), float32, from 0 to 1
     * @param images how many the whole effective batch has: the parts of a batch add up
     * @return a scalar
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
            case CE -> torch.log_softmax(logits, CLASSES).mul(targets).sum().div(new Scalar(-(double) images));
            case BCE -> {
                Tensor mean = torch.binary_cross_entropy_with_logits(logits, hardened(targets));
                yield Tensors.multiply(mean, shape[0] / (double) images);
            }
        };
    }

    private Tensor hardened(Tensor targets) {
        return config.bceTargetThreshold().isEmpty()
                ? targets
                : targets.gt(new Scalar(config.bceTargetThreshold().getAsDouble()))
                        .to(targets.scalar_type());
    }
}
