package io.bandpass.robust;

import java.util.List;

/**
 * The gap between accuracy and confidence over bins of images, with share the part of all images that a bin holds.
 *
 * @param expected sum of share * gap: the expected calibration error, 0 to 1
 * @param rootMeanSquare square root of the sum of share * gap^2
 * @param largest the largest gap of a bin
 * @param bins those with images, in ascending order of confidence
 */
public record CalibrationError(double expected, double rootMeanSquare, double largest, List<Bin> bins) {
    /**
     * Images of similar confidence.
     *
     * @param index position of the bin among all bins, empty ones included, from 0
     * @param confidence mean of the largest probabilities
     * @param accuracy fraction of the images that are classified correctly
     */
    public record Bin(int index, long images, double confidence, double accuracy) {
        /** Distance between accuracy and confidence. */
        public double gap() {
            return Math.abs(accuracy - confidence);
        }
    }

    public CalibrationError {
        bins = List.copyOf(bins);
    }

    /** Returns the errors of bins, at least one. */
    static CalibrationError of(List<Bin> bins) {
        long all = bins.stream().mapToLong(Bin::images).sum();
        double expected = 0;
        double square = 0;
        double largest = 0;
        for (Bin bin : bins) {
            double share = bin.images() / (double) all;
            expected += share * bin.gap();
            square += share * bin.gap() * bin.gap();
            largest = Math.max(largest, bin.gap());
        }
        return new CalibrationError(expected, Math.sqrt(square), largest, bins);
    }
}
