package io.bandpass.config;

import java.util.List;

/**
 * Loss of a segmentation model: cross entropy of pixels, and optionally the Dice loss.
 *
 * @param divisor of the summed cross entropy
 * @param classWeights factor of each class's pixels; empty for equal weights
 * @param diceWeight factor of the Dice loss (Milletari et al., 3DV 2016); 0: none
 */
public record SegmentLossConfig(Divisor divisor, List<Double> classWeights, double diceWeight) {
    /** Values of {@code loss.divisor}. */
    public enum Divisor {
        /** The pixels that are not ignored, as PyTorch does. */
        VALID,
        /** All pixels, ignored ones included, as mmsegmentation does by default. */
        ALL;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public SegmentLossConfig {
        classWeights = List.copyOf(classWeights);
        Check.that(
                classWeights.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight)),
                "loss.class-weights",
                classWeights,
                "numbers of at least 0");
        Check.notNegative("loss.dice-weight", diceWeight);
    }
}
