package io.bandpass.config;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Validation of a classifier on the held-out images.
 *
 * @param everyEpochs epochs between validations, may be fractional; 0 for only the end
 * @param imageSize edge in pixels; empty means {@code auto}, the training resolution
 * @param cropRatio images are resized so that their shorter side is the size divided by this, and centre-cropped
 * @param batchSize images per forward pass
 * @param stopAfterEpochs early stopping: ends the run after this many epochs without a new best top-1; none: never
 */
public record ValidateConfig(
        double everyEpochs,
        OptionalInt imageSize,
        double cropRatio,
        int batchSize,
        @EmptyWord("none") OptionalDouble stopAfterEpochs) {
    public ValidateConfig {
        Check.notNegative("validate.every-epochs", everyEpochs);
        imageSize.ifPresent(size -> Check.positive("validate.image-size", size));
        Check.that(cropRatio > 0 && cropRatio <= 1, "validate.crop-ratio", cropRatio, "above 0 and at most 1");
        Check.positive("validate.batch-size", batchSize);
        stopAfterEpochs.ifPresent(epochs -> {
            Check.positive("validate.stop-after-epochs", epochs);
            Check.that(
                    everyEpochs > 0,
                    "validate.every-epochs",
                    everyEpochs,
                    "above 0 where validate.stop-after-epochs is set");
        });
    }
}
