package io.bandpass.frequency;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;

/**
 * Draws the mask of each image (paper, section 3.2): a pure function of (seed, epoch, image index) and the probability of
 * low-pass masks. An image that is low-pass at some probability is so at every higher one.
 */
public final class MaskSampler {
    private final long seed;

    public MaskSampler(long seed) {
        this.seed = seed;
    }

    /**
     * Draws once per image.
     *
     * @param lowPassProbability probability that an image keeps its low (or strongest) frequencies
     * @param epoch from 0
     * @param indices of the images in their data set
     */
    public MaskDraws draw(double lowPassProbability, long epoch, int[] indices) {
        boolean[] lowPass = new boolean[indices.length];
        double[] uniform = new double[indices.length];
        for (int i = 0; i < indices.length; i++) {
            SplittableRandom random = KeyedRandom.of(seed, Purpose.MASK, epoch, indices[i]);
            lowPass[i] = random.nextDouble() < lowPassProbability;
            uniform[i] = random.nextDouble();
        }
        return new MaskDraws(lowPass, uniform);
    }
}
