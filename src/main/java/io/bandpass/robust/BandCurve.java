package io.bandpass.robust;

import java.util.Arrays;

/**
 * Accuracy of a classifier on images of which a part of the spectrum is left, or disturbed, by radius.
 *
 * @param radii in frequency bins, ascending
 * @param correct number of images that are classified correctly at each radius
 * @param images number of images
 */
public record BandCurve(double[] radii, long[] correct, long images) {
    /** Returns the top-1 accuracy at each radius, 0 to 1. */
    public double[] accuracy() {
        return Arrays.stream(correct)
                .mapToDouble(count -> count / (double) images)
                .toArray();
    }
}
