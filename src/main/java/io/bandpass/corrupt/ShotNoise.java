package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;
import java.util.List;

/** Shot noise: Poisson(c x) / c. */
final class ShotNoise implements Corruption {
    /** Mean counts of white. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(60.0, 25.0, 12.0, 5.0, 3.0),
            List.of(250.0, 100.0, 50.0, 30.0, 15.0),
            List.of(500.0, 250.0, 100.0, 75.0, 50.0));

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        double white = PARAMETERS.at(severity);
        int[] counts = draws.poisson(image.values(), white);
        byte[] result = new byte[counts.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (int) (Math.min(1, counts[i] / white) * Raster.WHITE);
        }
        return new RgbBytes(result, image.height(), image.width());
    }
}
