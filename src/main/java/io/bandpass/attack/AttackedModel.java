package io.bandpass.attack;

import org.bytedeco.pytorch.Tensor;

/** A classifier as attacks see it: a differentiable function of images, with the normalisation inside. */
@FunctionalInterface
public interface AttackedModel {
    /**
     * Classifies images. Images must not influence each other, so batch norm uses its running statistics.
     *
     * @param images (N, 3, H, W) in [0, 1], float32 or float64; may require gradients
     * @return logits (N, K) of the same type
     */
    Tensor logits(Tensor images);
}
