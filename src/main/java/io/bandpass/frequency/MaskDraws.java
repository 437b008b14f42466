package io.bandpass.frequency;

import java.util.Arrays;

/**
 * Random draws for the masks of some images.
 *
 * @param lowPass for each image, whether it keeps its low (or strongest) frequencies, else the others
 * @param uniform for each image, a number in [0, 1) that selects its radius or fraction, if that is random
 */
public record MaskDraws(boolean[] lowPass, double[] uniform) {
    private static final double MIDDLE = 0.5;

    public MaskDraws {
        if (lowPass.length != uniform.length) {
            throw new IllegalArgumentException(lowPass.length + " images, but " + uniform.length + " numbers");
        }
    }

    /** Returns masks for figures, with the middle radius or fraction. */
    public static MaskDraws middle(boolean... lowPass) {
        double[] uniform = new double[lowPass.length];
        Arrays.fill(uniform, MIDDLE);
        return new MaskDraws(lowPass, uniform);
    }

    /** Number of images. */
    public int size() {
        return lowPass.length;
    }

    /** Returns the draws of images {@code from} (inclusive) to {@code to} (exclusive). */
    public MaskDraws part(int from, int to) {
        return new MaskDraws(Arrays.copyOfRange(lowPass, from, to), Arrays.copyOfRange(uniform, from, to));
    }
}
