package io.bandpass.config;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a pre-trained model is shown images.
 *
 * @param mask which frequencies are kept, for the task {@code mfm} alone: {@code low}, {@code high}, {@code both} (all
 *     images low, then all high) or {@code mixed} (low, high, low, ...); without it once for each kind of corruption
 *     that the task has, which for {@code mfm} is {@code both}
 * @param radius of the mask in frequency bins instead of the one that was trained with, for {@code mfm} alone
 * @param preprocess how images come to have the model's size
 * @param precision of encoder and decoder: {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize images that are computed at once; no result depends on it
 * @param limit writes tensors of only the first so many images
 */
public record ReconstructConfig(
        Optional<String> mask,
        OptionalDouble radius,
        PreprocessConfig preprocess,
        String precision,
        int batchSize,
        OptionalInt limit) {
    /** As the model was trained, in float32 throughout. */
    public static final ReconstructConfig DEFAULT = new ReconstructConfig(
            Optional.empty(), OptionalDouble.empty(), PreprocessConfig.DEFAULT, "fp32", 32, OptionalInt.empty());

    public ReconstructConfig {
        mask.ifPresent(word -> Check.oneOf("mask", word, "low", "high", "both", "mixed"));
        radius.ifPresent(bins -> Check.positive("radius", bins));
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        Check.positive("batch-size", batchSize);
        limit.ifPresent(most -> Check.positive("limit", most));
    }

    /** The same with these frequencies kept. */
    public ReconstructConfig withMask(String word) {
        return new ReconstructConfig(Optional.of(word), radius, preprocess, precision, batchSize, limit);
    }

    /** The same with another radius. */
    public ReconstructConfig withRadius(double bins) {
        return new ReconstructConfig(mask, OptionalDouble.of(bins), preprocess, precision, batchSize, limit);
    }

    /** The same with another preprocessing. */
    public ReconstructConfig withPreprocess(PreprocessConfig other) {
        return new ReconstructConfig(mask, radius, other, precision, batchSize, limit);
    }

    /** The same with another precision. */
    public ReconstructConfig withPrecision(String other) {
        return new ReconstructConfig(mask, radius, preprocess, other, batchSize, limit);
    }

    /** The same with another batch size. */
    public ReconstructConfig withBatchSize(int other) {
        return new ReconstructConfig(mask, radius, preprocess, precision, other, limit);
    }

    /** The same for the first so many images. */
    public ReconstructConfig withLimit(int most) {
        return new ReconstructConfig(mask, radius, preprocess, precision, batchSize, OptionalInt.of(most));
    }
}
