package io.bandpass.pretext;

import org.bytedeco.pytorch.Tensor;

/**
 * Image degradation that the model learns to undo. All randomness for an image is a function of (seed, epoch, index)
 * alone, drawn on the host; an image yields the same bits in any batch.
 */
public interface Degradation extends AutoCloseable {
    /**
     * Degrades images. They are not normalised, neither before nor after, and the result may leave [0, 1].
     *
     * @param unitImages (N, 3, H, W), float32 in [0, 1], on the device of the model
     * @param epoch from 0
     * @param indices of the N images in their data set
     * @return (N, 3, H, W), float32, on the same device
     */
    Tensor apply(Tensor unitImages, long epoch, int[] indices);

    /** Describes in a few words what {@link #apply} does to an image in this epoch, as a caption. */
    String describe(long epoch, int index);

    /** Frees the tensors that this degradation holds, if any. */
    @Override
    default void close() {}
}
