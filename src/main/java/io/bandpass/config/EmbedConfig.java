package io.bandpass.config;

import java.util.OptionalInt;

/**
 * Settings of feature extraction.
 *
 * @param pool {@code mean} over the patches or cells, {@code cls} for the class token, {@code tokens} for every
 *     patch or cell separately; each after the final norm
 * @param preprocess resizing of images to the model's size
 * @param precision of the encoder: {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize images per forward pass
 * @param limit maximum number of images; the first ones are taken
 * @param maxBad maximum fraction of unreadable images
 */
public record EmbedConfig(
        String pool, PreprocessConfig preprocess, String precision, int batchSize, OptionalInt limit, double maxBad) {
    /** Mean pooling in float32. */
    public static final EmbedConfig DEFAULT =
            new EmbedConfig("mean", PreprocessConfig.DEFAULT, "fp32", 32, OptionalInt.empty(), 0.01);

    public EmbedConfig {
        Check.oneOf("pool", pool, "mean", "cls", "tokens");
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        Check.positive("batch-size", batchSize);
        limit.ifPresent(most -> Check.positive("limit", most));
        Check.fraction("max-bad", maxBad);
    }

    public EmbedConfig withPool(String other) {
        return new EmbedConfig(other, preprocess, precision, batchSize, limit, maxBad);
    }

    public EmbedConfig withPreprocess(PreprocessConfig other) {
        return new EmbedConfig(pool, other, precision, batchSize, limit, maxBad);
    }

    public EmbedConfig withPrecision(String other) {
        return new EmbedConfig(pool, preprocess, other, batchSize, limit, maxBad);
    }

    public EmbedConfig withBatchSize(int other) {
        return new EmbedConfig(pool, preprocess, precision, other, limit, maxBad);
    }

    /** Copy for the first {@code most} images only. */
    public EmbedConfig withLimit(int most) {
        return new EmbedConfig(pool, preprocess, precision, batchSize, OptionalInt.of(most), maxBad);
    }

    /** Copy with another maximum fraction of unreadable images. */
    public EmbedConfig withMaxBad(double other) {
        return new EmbedConfig(pool, preprocess, precision, batchSize, limit, other);
    }
}
