package io.bandpass.image;

import io.bandpass.config.DataConfig;

/**
 * Options for decoding image files.
 *
 * @param reduced whether JPEGs may be decoded at a smaller size
 * @param maxPixels maximum number of pixels to allocate memory for, even if an earlier scan saw a smaller image in the
 *     file
 */
public record DecodeOptions(boolean reduced, long maxPixels) {
    public static DecodeOptions of(DataConfig config) {
        return new DecodeOptions(config.reducedDecoding(), config.maxPixels());
    }
}
