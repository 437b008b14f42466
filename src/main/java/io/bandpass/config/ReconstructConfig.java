package io.bandpass.config;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Settings of reconstructions by a pre-trained model.
 *
 * @param mask kept frequencies, only for the task {@code mfm}: {@code low}, {@code high}, {@code both} (all images
 *     low, then all high) or {@code mixed} (low, high, low, ...); if empty, images are reconstructed once for each kind
 *     of corruption that the task has, which for {@code mfm} is {@code both}
 * @param radius of the mask in frequency bins instead of the one used in training, only for {@code mfm}
 * @param preprocess resizing of images to the model's size
 * @param precision of encoder and decoder: {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize images per forward pass; results do not depend on it
 * @param limit maximum number of images whose tensors are written
 */
public record ReconstructConfig(
        Optional<String> mask,
        OptionalDouble radius,
        PreprocessConfig preprocess,
        String precision,
        int batchSize,
        OptionalInt limit) {
    /** Corruption as in training, in float32. */
    public static final ReconstructConfig DEFAULT = new ReconstructConfig(
            Optional.empty(), OptionalDouble.empty(), PreprocessConfig.DEFAULT, "fp32", 32, OptionalInt.empty());

    public ReconstructConfig {
        mask.ifPresent(word -> Check.oneOf("mask", word, "low", "high", "both", "mixed"));
        radius.ifPresent(bins -> Check.positive("radius", bins));
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        Check.positive("batch-size", batchSize);
        limit.ifPresent(most -> Check.positive("limit", most));
    }

    /** Copy that keeps these frequencies. */
    public ReconstructConfig withMask(String word) {
        return new ReconstructConfig(Optional.of(word), radius, preprocess, precision, batchSize, limit);
    }

    public ReconstructConfig withRadius(double bins) {
        return new ReconstructConfig(mask, OptionalDouble.of(bins), preprocess, precision, batchSize, limit);
    }

    public ReconstructConfig withPreprocess(PreprocessConfig other) {
        return new ReconstructConfig(mask, radius, other, precision, batchSize, limit);
    }

    public ReconstructConfig withPrecision(String other) {
        return new ReconstructConfig(mask, radius, preprocess, other, batchSize, limit);
    }

    public ReconstructConfig withBatchSize(int other) {
        return new ReconstructConfig(mask, radius, preprocess, precision, other, limit);
    }

    /** Copy for the first {@code most} images only. */
    public ReconstructConfig withLimit(int most) {
        return new ReconstructConfig(mask, radius, preprocess, precision, batchSize, OptionalInt.of(most));
    }
}
