package io.bandpass.config;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a classifier is looked at on the held-out images.
 *
 * @param everyEpochs epochs between looks, may be fractional; 0 for only the end
 * @param imageSize edge in pixels; empty means {@code auto}, the size that is trained on
 * @param cropRatio the images are resized so that their shorter side is the size divided by this, and their middle taken
 * @param batchSize images per forward pass
 * @param stopAfterEpochs ends the run when the best top-1 is so many epochs old; none: never
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
