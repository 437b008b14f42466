package io.bandpass.frequency;

import java.util.Arrays;

/**
 * What was drawn for the filters of some images.
 *
 * @param lowPass for each image, whether it keeps its low (or strongest) frequencies, else the others
 * @param uniform for each image, a number from 0 to below 1 that chooses its radius or fraction, where that is random
 */
public record MaskDraws(boolean[] lowPass, double[] uniform) {
    private static final double MIDDLE = 0.5;

    public MaskDraws {
        if (lowPass.length != uniform.length) {
            throw new IllegalArgumentException(lowPass.length + " images, but " + uniform.length + " numbers");
        }
    }

    /** Filters for pictures: the radius or fraction is the middle one. */
    public static MaskDraws middle(boolean... lowPass) {
        double[] uniform = new double[lowPass.length];
        Arrays.fill(uniform, MIDDLE);
        return new MaskDraws(lowPass, uniform);
    }

    /** Number of images. */
    public int size() {
        return lowPass.length;
    }

    /** Those of the images {@code from} (inclusive) to {@code to} (exclusive). */
    public MaskDraws part(int from, int to) {
        return new MaskDraws(Arrays.copyOfRange(lowPass, from, to), Arrays.copyOfRange(uniform, from, to));
    }
}
