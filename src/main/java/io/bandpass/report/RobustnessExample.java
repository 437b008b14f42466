package io.bandpass.report;

import java.util.Optional;

/**
 * An image as a classifier saw it.
 *
 * @param image its name
 * @param label its class
 * @param predicted the class that the classifier predicts
 * @param probability of that class, 0 to 1
 * @param side its edge in pixels
 * @param picture data URI
 * @param perturbation what an attack changed
 */
public record RobustnessExample(
        String image,
        String label,
        String predicted,
        double probability,
        int side,
        String picture,
        Optional<Perturbation> perturbation) {
    /**
     * A perturbation, magnified.
     *
     * @param factor of the magnification; 0 if nothing was changed
     * @param picture data URI, grey where nothing was changed
     */
    public record Perturbation(double factor, String picture) {}

    /** Images up to this edge are shown enlarged, pixel by pixel. */
    private static final int SMALL = 64;

    /** Whether the classifier is right. */
    public boolean isRight() {
        return predicted.equals(label);
    }

    /** Whether the page shows it enlarged. */
    public boolean isSmall() {
        return side <= SMALL;
    }

    /** The probability, in words. */
    public String percent() {
        return Page.percent(probability);
    }
}
