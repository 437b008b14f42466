package io.bandpass.frequency;

import org.bytedeco.pytorch.Tensor;

/** A kind of mask: from what was drawn for some images, and perhaps from the images, to what each of them keeps. */
interface MaskFamily extends AutoCloseable {
    /** Whether masks follow from the images, so that nothing is known of them before. */
    boolean dependsOnImages();

    /**
     * What each image keeps, as it multiplies half spectra.
     *
     * @param images (N, 3, H, W) in [0, 1], not normalised; looked at only by masks that depend on them
     * @return (N, 1, H, W/2 + 1), float32, of 0 and 1, on the device
     */
    Tensor halfMasks(Tensor images, MaskDraws draws);

    /**
     * Frequencies that these masks remove, in all: the sum of 1 - mask over the full spectra.
     *
     * @param halfMasks of {@link #halfMasks} for the same draws; read only by masks that depend on images
     */
    double removedBins(MaskDraws draws, Tensor halfMasks);

    @Override
    void close();
}
