package io.bandpass.corrupt;

import java.util.List;

/** Gaussian noise: x + N(0, c). */
final class GaussianNoise implements UnitCorruption {
    /** Standard deviations, in [0, 1]. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(.08, .12, .18, .26, .38), List.of(.04, .08, .12, .15, .18), List.of(.04, .06, .08, .09, .10));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        double deviation = PARAMETERS.at(severity);
        float[] normal = draws.normal(image.height() * image.width() * image.channels());
        int i = 0;
        for (double[] row : image.rows()) {
            for (int x = 0; x < row.length; x++) {
                row[x] += deviation * normal[i++];
            }
        }
        return image;
    }
}
