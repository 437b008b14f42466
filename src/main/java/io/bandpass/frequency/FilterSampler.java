package io.bandpass.frequency;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;

/** Draws which filter each image gets (paper, section 3.2): a pure function of (seed, epoch, image index). */
public final class FilterSampler {
    private final long seed;
    private final double lowPassProbability;

    public FilterSampler(long seed, double lowPassProbability) {
        this.seed = seed;
        this.lowPassProbability = lowPassProbability;
    }

    /**
     * One draw per image.
     *
     * @param epoch from 0
     * @param indices of the images in their data set
     * @return true where the image keeps its low frequencies, false where it keeps the high ones
     */
    public boolean[] draw(long epoch, int[] indices) {
        boolean[] lowPass = new boolean[indices.length];
        for (int i = 0; i < indices.length; i++) {
            lowPass[i] = KeyedRandom.of(seed, Purpose.MASK, epoch, indices[i]).nextDouble() < lowPassProbability;
        }
        return lowPass;
    }
}
