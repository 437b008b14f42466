package io.bandpass.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a classifier looks at images.
 *
 * @param preprocess how images come to have the classifier's size; empty for what it was validated with
 * @param precision of the classifier: {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize images that are classified at once
 * @param limit takes only the first so many images
 * @param maxBad largest fraction of images that may be unreadable
 */
public record PredictConfig(
        Optional<PreprocessConfig> preprocess, String precision, int batchSize, OptionalInt limit, double maxBad) {
    /** As the classifier was validated, in float32. */
    public static final PredictConfig DEFAULT =
            new PredictConfig(Optional.empty(), "fp32", 32, OptionalInt.empty(), 0.01);

    public PredictConfig {
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        Check.positive("batch-size", batchSize);
        limit.ifPresent(most -> Check.positive("limit", most));
        Check.fraction("max-bad", maxBad);
    }

    /** The same with a preprocessing of its own. */
    public PredictConfig withPreprocess(PreprocessConfig other) {
        return new PredictConfig(Optional.of(other), precision, batchSize, limit, maxBad);
    }

    /** The same with another precision. */
    public PredictConfig withPrecision(String other) {
        return new PredictConfig(preprocess, other, batchSize, limit, maxBad);
    }

    /** The same with another batch size. */
    public PredictConfig withBatchSize(int other) {
        return new PredictConfig(preprocess, precision, other, limit, maxBad);
    }

    /** The same for the first so many images. */
    public PredictConfig withLimit(int most) {
        return new PredictConfig(preprocess, precision, batchSize, OptionalInt.of(most), maxBad);
    }
}
