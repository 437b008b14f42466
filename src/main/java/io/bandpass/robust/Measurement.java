package io.bandpass.robust;

import java.util.List;
import java.util.Optional;

/**
 * How a classifier did on images that were changed in one way: an entry of results.json.
 *
 * @param model name of the model in this evaluation
 * @param condition what was done to the images
 * @param images number of images
 * @param correct number of them that were classified right
 * @param scores of the probabilities; empty under an attack, which is one on the prediction alone
 * @param stored whether the images were read as others had changed them, rather than changed in memory
 * @param energy of the change in each ring of frequencies, where it was measured, as fractions of its sum; empty if not
 */
public record Measurement(
        String model,
        Condition condition,
        long images,
        long correct,
        Optional<ProbabilityScores> scores,
        boolean stored,
        List<Double> energy) {
    public Measurement {
        energy = List.copyOf(energy);
    }

    /** A measurement of accuracy alone. */
    public static Measurement ofCounts(String model, Condition condition, long images, long correct) {
        return new Measurement(model, condition, images, correct, Optional.empty(), false, List.of());
    }

    /** Copy with the shares of rings of frequencies in the energy of the change. */
    public Measurement withEnergy(List<Double> shares) {
        return new Measurement(model, condition, images, correct, scores, stored, shares);
    }

    /** Fraction of the images that were classified right, 0 to 1. */
    public double accuracy() {
        return correct / (double) images;
    }

    /** Fraction of the images that were classified wrong, 0 to 1. */
    public double error() {
        return 1 - accuracy();
    }
}
