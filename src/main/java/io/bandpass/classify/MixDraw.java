package io.bandpass.classify;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Mixing of a batch: the same for all its images, so that micro-batches can be mixed separately.
 *
 * @param kind of mixing
 * @param lambda weight of an image's own label, from 0 to 1; its partner's has the rest
 * @param box that cutmix copies from the partner; empty for the other kinds
 */
public record MixDraw(Kind kind, double lambda, Box box) {
    /** Kinds of mixing. */
    public enum Kind {
        /** No mixing. */
        NONE,
        /** Each image becomes a weighted mean of itself and its partner (Zhang et al., 2018). */
        MIXUP,
        /** A box of each image is replaced with its partner's (Yun et al., 2019). */
        CUTMIX
    }

    /** No mixing. */
    static final MixDraw NONE = new MixDraw(Kind.NONE, 1, new Box(0, 0, 0, 0));

    /**
     * Mixes images of a micro-batch with their partners.
     *
     * @param images (n, C, H, W), float; not modified
     * @param partners of the same shape and device: those of {@link Mixup#partners}
     */
    public Tensor apply(Tensor images, Tensor partners) {
        return Tensors.scoped(() -> switch (kind) {
            // An alias, as the caller may close both its own tensor and the result.
            case NONE -> images.alias();
            // lambda * image + (1 - lambda) * partner
            case MIXUP -> Tensors.multiply(images, lambda).add_(Tensors.multiply(partners, 1 - lambda));
            case CUTMIX -> {
                Tensor mixed = images.clone();
                box.of(mixed).copy_(box.of(partners));
                yield mixed;
            }
        });
    }

    /**
     * Computes soft targets (n, classes), float32: lambda times the image's own plus 1 - lambda times its partner's.
     * With label smoothing, the label's class has 1 - smoothing + smoothing / classes, every other class smoothing /
     * classes.
     *
     * @param labels (n), int64
     * @param partnerLabels (n), int64, on the same device
     * @param smoothing from 0 to below 1
     */
    public Tensor targets(Tensor labels, Tensor partnerLabels, int classes, double smoothing) {
        return Tensors.scoped(() -> {
            Tensor own = smoothed(labels, classes, smoothing);
            return kind == Kind.NONE
                    ? own
                    : Tensors.multiply(own, lambda)
                            .add_(Tensors.multiply(smoothed(partnerLabels, classes, smoothing), 1 - lambda));
        });
    }

    private static Tensor smoothed(Tensor labels, int classes, double smoothing) {
        double off = smoothing / classes;
        Tensor oneHot = torch.one_hot(labels, classes).to(ScalarType.Float); // (n, classes)
        return Tensors.multiply(oneHot, 1 - smoothing).add_(new Scalar(off));
    }
}
