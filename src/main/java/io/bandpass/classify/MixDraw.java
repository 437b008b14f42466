package io.bandpass.classify;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How a batch is mixed: the same for all its images, so that its parts can be mixed one by one.
 *
 * @param kind what is done
 * @param lambda share of an image's own label, from 0 to 1; the rest is its partner's
 * @param box what cutmix takes from the partner; of no area for the others
 */
public record MixDraw(Kind kind, double lambda, Box box) {
    /** What is done to a batch. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** Each image is a weighted mean of itself and its partner (Zhang et al., 2018). */
        MIXUP,
        /** A box of each image is its partner's (Yun et al., 2019). */
        CUTMIX
    }

    /** Nothing is mixed. */
    static final MixDraw NONE = new MixDraw(Kind.NONE, 1, new Box(0, 0, 0, 0));

    /**
     * Images of a part, mixed with their partners.
     *
     * @param images (n, C, H, W), float; stay as they are
     * @param partners of the same shape and device: those of {@link Mixup#partners}
     */
    public Tensor apply(Tensor images, Tensor partners) {
        return Tensors.scoped(() -> switch (kind) {
            // The caller may close its own tensor and this one.
            case NONE -> images.alias();
            case MIXUP -> Tensors.multiply(images, lambda).add_(Tensors.multiply(partners, 1 - lambda));
            case CUTMIX -> {
                Tensor cut = images.clone();
                box.of(cut).copy_(box.of(partners));
                yield cut;
            }
        });
    }

    /**
     * Soft targets (n, classes), float32: lambda times the image's, the rest its partner's. A label has 1 - smoothing +
     * smoothing / classes, every other class smoothing / classes.
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
        Tensor oneHot = torch.one_hot(labels, classes).to(ScalarType.Float);
        return Tensors.multiply(oneHot, 1 - smoothing).add_(new Scalar(off));
    }
}
