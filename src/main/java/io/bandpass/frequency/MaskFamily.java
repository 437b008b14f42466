package io.bandpass.frequency;

import org.bytedeco.pytorch.Tensor;

/** A kind of mask: maps random draws, and possibly the images, to each image's mask. */
interface MaskFamily extends AutoCloseable {
    /** Whether masks depend on the images and are unknown without them. */
    boolean dependsOnImages();

    /**
     * Returns each image's mask, a factor of its half spectrum.
     *
     * @param images (N, 3, H, W) in [0, 1], not normalised; used only by masks that depend on them
     * @return (N, 1, H, W/2 + 1), float32, 0 or 1, on the device
     */
    Tensor halfMasks(Tensor images, MaskDraws draws);

    /**
     * Counts the frequencies that these masks remove: the sum of 1 - mask over the full spectra.
     *
     * @param halfMasks from {@link #halfMasks} for the same draws; read only by masks that depend on images
     */
    double removedBins(MaskDraws draws, Tensor halfMasks);

    @Override
    void close();
}
