package io.bandpass.corrupt;

import io.bandpass.config.ConfigException;
import io.bandpass.image.RgbBytes;

/**
 * A corruption and its place in the benchmark.
 *
 * @param name as published, such as {@code gaussian_noise}
 * @param inMeanError whether it is one of the 15 that the mean corruption error (mCE) is the mean of
 * @param corruption the function
 */
public record NamedCorruption(String name, CorruptionGroup group, boolean inMeanError, Corruption corruption) {
    /**
     * Corrupts an image: a function of its pixels, the severity and the key alone.
     *
     * @param seed of the corrupted data set
     * @param index of the image in it
     * @throws ConfigException if the image is smaller than {@link CorruptionScale#SMALLEST_SIDE} pixels
     */
    public RgbBytes apply(RgbBytes image, Severity severity, long seed, long index) {
        if (Math.min(image.height(), image.width()) < CorruptionScale.SMALLEST_SIDE) {
            throw new ConfigException("an image of " + image.width() + " x " + image.height()
                    + " pixels is too small for corruptions: they need at least " + CorruptionScale.SMALLEST_SIDE
                    + " along each side");
        }
        return corruption.apply(image, severity, new KeyedDraws(seed, name, index, severity.level()));
    }

    /** As {@link #apply(RgbBytes, Severity, long, long)}, with the parameters for the image's size. */
    public RgbBytes apply(RgbBytes image, int level, long seed, long index) {
        return apply(image, Severity.of(level, image), seed, index);
    }
}
