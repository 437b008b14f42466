package io.bandpass.pretext;

import org.bytedeco.pytorch.Tensor;

/**
 * What a pre-training task does to images before the encoder sees them: an image processing operation whose effect the
 * model learns to undo. What is drawn for an image is a function of (seed, epoch, index) alone, drawn on the host; the
 * same image comes out of any batch with the same bits.
 */
public interface Degradation extends AutoCloseable {
    /**
     * Degrades images. They are not normalised, neither before nor after, and the result need not stay in [0, 1].
     *
     * @param unitImages (N, 3, H, W), float32 in [0, 1], on the device of the model
     * @param epoch from 0
     * @param indices of the N images in their data set
     * @return (N, 3, H, W), float32, on the same device
     */
    Tensor apply(Tensor unitImages, long epoch, int[] indices);

    /** What {@link #apply} does to an image in this epoch, in a few words for a picture. */
    String describe(long epoch, int index);

    /** Frees the tensors that it holds; most hold none. */
    @Override
    default void close() {}
}
