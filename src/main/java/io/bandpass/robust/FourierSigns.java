package io.bandpass.robust;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;

/** The direction, 1 or -1, in which each channel of an image moves along the basis image of a frequency. */
@FunctionalInterface
public interface FourierSigns {
    /** Channels of an image. */
    int CHANNELS = 3;

    /**
     * Returns the signs for some images.
     *
     * @param indices of the images in their data set
     * @return (N, 3) row by row, 1 or -1
     */
    float[] of(FourierBin bin, int[] indices);

    /** Random signs: a pure function of the seed, the frequency, the index of the image and the channel. */
    static FourierSigns random(long seed) {
        return (bin, indices) -> {
            float[] signs = new float[CHANNELS * indices.length];
            for (int i = 0; i < indices.length; i++) {
                long bits = KeyedRandom.hash(seed, Purpose.FOURIER_SIGNS, indices[i], bin.row(), bin.column());
                for (int channel = 0; channel < CHANNELS; channel++) {
                    signs[CHANNELS * i + channel] = (bits >> channel & 1) == 0 ? 1 : -1;
                }
            }
            return signs;
        };
    }
}
