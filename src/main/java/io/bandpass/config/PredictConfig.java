package io.bandpass.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings of classification.
 *
 * @param preprocess resizing of images to the classifier's size; empty for the preprocessing used in validation
 * @param precision of the classifier: {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize images per forward pass
 * @param limit maximum number of images; the first ones are taken
 * @param maxBad maximum fraction of unreadable images
 */
public record PredictConfig(
        Optional<PreprocessConfig> preprocess, String precision, int batchSize, OptionalInt limit, double maxBad) {
    /** Preprocessing as in validation, in float32. */
    public static final PredictConfig DEFAULT =
            new PredictConfig(Optional.empty(), "fp32", 32, OptionalInt.empty(), 0.01);

    public PredictConfig {
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        Check.positive("batch-size", batchSize);
        limit.ifPresent(most -> Check.positive("limit", most));
        Check.fraction("max-bad", maxBad);
    }

    public PredictConfig withPreprocess(PreprocessConfig other) {
        return new PredictConfig(Optional.of(other), precision, batchSize, limit, maxBad);
    }

    public PredictConfig withPrecision(String other) {
        return new PredictConfig(preprocess, other, batchSize, limit, maxBad);
    }

    public PredictConfig withBatchSize(int other) {
        return new PredictConfig(preprocess, precision, other, limit, maxBad);
    }

    /** Copy for the first {@code most} images only. */
    public PredictConfig withLimit(int most) {
        return new PredictConfig(preprocess, precision, batchSize, OptionalInt.of(most), maxBad);
    }
}
