package io.bandpass.robust;

import org.bytedeco.pytorch.Tensor;

/** A classifier as the evaluations of this package see it: a function of images, in evaluation mode. */
@FunctionalInterface
public interface LogitsModel {
    /**
     * Returns the logits of images, which the model normalises itself.
     *
     * @param images (N, 3, H, W), float, in [0, 1], on any device
     * @return (N, K), float, for any K
     */
    Tensor logits(Tensor images);
}
