package io.bandpass.config;

import java.util.OptionalInt;

/**
 * Which labelled images are trained on.
 *
 * @param perClass so many of each class, drawn by the seed; none: all
 * @param heldOutFraction part of a set without a test part that is held out, of each class
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
