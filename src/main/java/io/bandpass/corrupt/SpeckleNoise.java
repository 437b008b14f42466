package io.bandpass.corrupt;

import java.util.List;

/** Speckle noise: x + x N(0, c). */
final class SpeckleNoise implements UnitCorruption {
    /** Standard deviations, as shares of the value. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(.15, .2, .35, .45, .6), List.of(.15, .2, .25, .3, .35), List.of(.06, .1, .12, .16, .2));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        double deviation = PARAMETERS.at(severity);
        float[] normal = draws.normal(image.height() * image.width() * image.channels());
        int i = 0;
        for (double[] row : image.rows()) {
            for (int x = 0; x < row.length; x++) {
                row[x] += row[x] * deviation * normal[i++];
            }
        }
        return image;
    }
}
