package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;

/** A corruption that computes on values in [0, 1], as most of the published ones do. */
interface UnitCorruption extends Corruption {
    /**
     * Corrupts an image.
     *
     * @param image RGB in [0, 1], which may be overwritten
     * @return RGB, not yet clipped to [0, 1]
     */
    Raster corrupt(Raster image, Severity severity, Draws draws);

    @Override
    default RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        return corrupt(Raster.ofUnit(image), severity, draws).toBytes();
    }
}
