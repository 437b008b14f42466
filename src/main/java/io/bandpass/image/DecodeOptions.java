package io.bandpass.image;

import io.bandpass.config.DataConfig;

/**
 * How image files are decoded.
 *
 * @param reduced whether JPEGs may be decoded at a smaller size
 * @param maxPixels the largest number of pixels that memory is taken for, whatever a scan has seen in the file before
 */
public record DecodeOptions(boolean reduced, long maxPixels) {
    public static DecodeOptions of(DataConfig config) {
        return new DecodeOptions(config.reducedDecoding(), config.maxPixels());
    }
}
