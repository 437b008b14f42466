package io.bandpass.config;

import java.util.OptionalInt;

/**
 * How features are made of images.
 *
 * @param pool {@code mean} over the patches or cells, {@code cls} for the class token, {@code tokens} for every patch or
 *     cell by itself; each after the final norm
 * @param preprocess how images come to have the model's size
 * @param precision of the encoder: {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize images that are encoded at once
 * @param limit takes only the first so many images
 * @param maxBad largest fraction of images that may be unreadable
 */
public record EmbedConfig(
        String pool, PreprocessConfig preprocess, String precision, int batchSize, OptionalInt limit, double maxBad) {
    /** The mean in float32 throughout. */
    public static final EmbedConfig DEFAULT =
            new EmbedConfig("mean", PreprocessConfig.DEFAULT, "fp32", 32, OptionalInt.empty(), 0.01);

    public EmbedConfig {
        Check.oneOf("pool", pool, "mean", "cls", "tokens");
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        Check.positive("batch-size", batchSize);
        limit.ifPresent(most -> Check.positive("limit", most));
        Check.fraction("max-bad", maxBad);
    }

    /** The same with another pool. */
    public EmbedConfig withPool(String other) {
        return new EmbedConfig(other, preprocess, precision, batchSize, limit, maxBad);
    }

    /** The same with another preprocessing. */
    public EmbedConfig withPreprocess(PreprocessConfig other) {
        return new EmbedConfig(pool, other, precision, batchSize, limit, maxBad);
    }

    /** The same with another precision. */
    public EmbedConfig withPrecision(String other) {
        return new EmbedConfig(pool, preprocess, other, batchSize, limit, maxBad);
    }

    /** The same with another batch size. */
    public EmbedConfig withBatchSize(int other) {
        return new EmbedConfig(pool, preprocess, precision, other, limit, maxBad);
    }

    /** The same for the first so many images. */
    public EmbedConfig withLimit(int most) {
        return new EmbedConfig(pool, preprocess, precision, batchSize, OptionalInt.of(most), maxBad);
    }

    /** The same with another fraction of unreadable images. */
    public EmbedConfig withMaxBad(double other) {
        return new EmbedConfig(pool, preprocess, precision, batchSize, limit, other);
    }
}
