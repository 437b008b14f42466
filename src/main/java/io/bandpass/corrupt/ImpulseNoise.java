package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;
import java.util.List;

/**
 * Impulse noise, also called salt and pepper: each value, the channels of a pixel apart, is replaced with probability c,
 * by white or black with equal chance.
 */
final class ImpulseNoise implements Corruption {
    /** Shares of replaced values. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(.03, .06, .09, .17, .27), List.of(.01, .02, .05, .08, .14), List.of(.01, .02, .03, .05, .07));

    private static final float WHITE_SHARE = 0.5f;

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        double share = PARAMETERS.at(severity);
        byte[] result = image.values().clone();
        float[] replaced = draws.uniform(result.length);
        float[] white = draws.uniform(result.length);
        for (int i = 0; i < result.length; i++) {
            if (replaced[i] <= share) {
                result[i] = (byte) (white[i] <= WHITE_SHARE ? 0xFF : 0);
            }
        }
        return new RgbBytes(result, image.height(), image.width());
    }
}
