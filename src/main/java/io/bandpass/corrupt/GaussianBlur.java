package io.bandpass.corrupt;

import java.util.List;

/** Gaussian blur. */
final class GaussianBlur implements UnitCorruption {
    /** Standard deviations, in pixels. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(1.0, 2.0, 3.0, 4.0, 6.0), List.of(.5, .75, 1.0, 1.25, 1.5), List.of(.4, .6, .7, .8, 1.0));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        return new GaussianFilter(PARAMETERS.at(severity)).apply(image);
    }
}
