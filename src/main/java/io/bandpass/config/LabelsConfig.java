package io.bandpass.config;

import java.util.OptionalInt;

/**
 * Selection of labelled images for training.
 *
 * @param perClass number of images per class, drawn by the seed; none: all
 * @param heldOutFraction share of each class that is held out in a set without a test split
 * @param validationFraction share of each class of the training images that is set aside, on which the run is scored
 *     instead of on the held-out images; 0 for none
 */
public record LabelsConfig(@EmptyWord("none") OptionalInt perClass, double heldOutFraction, double validationFraction) {
    public LabelsConfig {
        perClass.ifPresent(count -> Check.positive("labels.per-class", count));
        Check.that(
                heldOutFraction > 0 && heldOutFraction < 1,
                "labels.held-out-fraction",
                heldOutFraction,
                "between 0 and 1");
        Check.that(
                validationFraction >= 0 && validationFraction < 1,
                "labels.validation-fraction",
                validationFraction,
                "0 to below 1");
    }
}
