package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;

/** A function from images to corrupted images of the same size. Stateless and thread-safe. */
public interface Corruption {
    /**
     * Corrupts an image, which is left unchanged.
     *
     * @param image at least {@link CorruptionScale#SMALLEST_SIDE} pixels high and wide
     * @param draws the random numbers of this image
     */
    RgbBytes apply(RgbBytes image, Severity severity, Draws draws);
}
