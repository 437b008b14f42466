package io.bandpass.bench;

import io.bandpass.image.RgbBytes;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;

/**
 * A picture of coloured waves under some noise. Random bytes would not do, as JPEG takes half as long again for them as
 * for a photograph. bench/peer/corruptions.py makes the same waves.
 */
final class SyntheticPicture {
    private static final int CHANNELS = 3;
    private static final double GREY = 128;
    private static final double AMPLITUDE = 64;
    private static final double NOISE = 16;
    private static final double WAVES_ACROSS = 3;
    private static final double WAVES_DOWN = 2;

    private SyntheticPicture() {}

    /** Returns the picture of this height and width in pixels. */
    static RgbBytes of(int side) {
        SplittableRandom random = KeyedRandom.of(0, Purpose.PROBE);
        byte[] values = new byte[CHANNELS * side * side];
        int i = 0;
        for (int y = 0; y < side; y++) {
            double down = Math.cos(2 * Math.PI * WAVES_DOWN * y / side);
            for (int x = 0; x < side; x++) {
                for (int channel = 0; channel < CHANNELS; channel++) {
                    double phase = WAVES_ACROSS * x / side + (double) channel / CHANNELS;
                    double noise = NOISE * (2 * random.nextDouble() - 1);
                    values[i++] = (byte) (int) (GREY + AMPLITUDE * Math.sin(2 * Math.PI * phase) * down + noise);
                }
            }
        }
        return new RgbBytes(values, side, side);
    }
}
