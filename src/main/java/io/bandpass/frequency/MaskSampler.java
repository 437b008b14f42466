package io.bandpass.frequency;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;

/** Draws the mask of each image (paper, section 3.2): a pure function of (seed, epoch, image index). */
public final class MaskSampler {
    private final long seed;
    private final double lowPassProbability;

    public MaskSampler(long seed, double lowPassProbability) {
        this.seed = seed;
        this.lowPassProbability = lowPassProbability;
    }

    /**
     * Draws once per image.
     *
     * @param epoch from 0
     * @param indices of the images in their data set
     */
    public MaskDraws draw(long epoch, int[] indices) {
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
