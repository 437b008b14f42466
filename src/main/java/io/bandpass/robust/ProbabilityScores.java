package io.bandpass.robust;

/**
 * What the probabilities of a classifier are worth, as {@link Calibration} has it.
 *
 * @param crossEntropy mean of -log p(class), in nats
 * @param brier mean Brier score, 0 to 2
 * @param calibrationError expected calibration error in 15 bins of equal width, 0 to 1
 * @param rootMeanSquare root mean square of the same gaps
 * @param largest the largest of them
 * @param equalCount root mean square of the gaps in bins of 100 images
 * @param aurra area under the response rate accuracy curve
 */
public record ProbabilityScores(
        double crossEntropy,
        double brier,
        double calibrationError,
        double rootMeanSquare,
        double largest,
        double equalCount,
        double aurra) {
    /** Returns the scores of the images that were added. */
    public static ProbabilityScores of(Calibration images) {
        CalibrationError gaps = images.equalWidth();
        return new ProbabilityScores(
                images.negativeLogLikelihood(),
                images.brier(),
                gaps.expected(),
                gaps.rootMeanSquare(),
                gaps.largest(),
                images.equalCount().rootMeanSquare(),
                images.aurra());
    }
}
