package io.bandpass.data;

import io.bandpass.image.BadImageException;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Makes the training samples of a set of images: images of one size, with their targets if there are any. Thread-safe. */
public interface SampleMaker {
    /** Edge of the square images in pixels: S. */
    int size();

    /** Name of an image, for messages; see {@link ImageSource#name}. */
    String name(int index);

    /**
     * Allocates the targets of n samples, of any content, on the CPU: (n) or (n, S, S).
     *
     * @return empty if samples have no target
     */
    Optional<Tensor> targets(int n);

    /**
     * Makes a sample, a pure function of (index, epoch, draw). The caller's PointerScope frees what is made on the way.
     *
     * @param draw keys the random choices together with the epoch; see {@link EpochOrder#draw}
     * @param imageSlot receives the image: (3, S, S), uint8
     * @param targetSlot receives the target, an element of {@link #targets}; present if samples have one
     * @throws BadImageException if the image cannot be read, with the reason; the slots may have any content then
     */
    void make(int index, long epoch, int draw, Tensor imageSlot, Optional<Tensor> targetSlot) throws BadImageException;
}
