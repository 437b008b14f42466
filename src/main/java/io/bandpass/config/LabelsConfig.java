package io.bandpass.config;

import java.util.OptionalInt;

/**
 * Selection of labelled images for training.
 *
 * @param perClass number of images per class, drawn by the seed; none: all
 * @param heldOutFraction share of each class that is held out in a set without a test split
 */
public record LabelsConfig(@EmptyWord("none") OptionalInt perClass, double heldOutFraction) {
    public LabelsConfig {
        perClass.ifPresent(count -> Check.positive("labels.per-class", count));
        Check.that(
                heldOutFraction > 0 && heldOutFraction < 1,
                "labels.held-out-fraction",
                heldOutFraction,
                "between 0 and 1");
    }
}
