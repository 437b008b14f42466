package io.bandpass.config;

/** Pre-training task on unlabelled images. YAML: {@code task: {type: mfm, ...}}. */
public sealed interface TaskConfig permits MaskedFrequencyConfig, RestorationConfig, SimMimConfig, MaeConfig {
    /**
     * Rejects encoders and decoders that this task does not support.
     *
     * @throws ConfigException with a sentence that says what is allowed
     */
    default void check(EncoderConfig encoder, DecoderConfig decoder) {}

    /** Whether the section {@code loss} applies to this task. */
    default boolean usesLoss() {
        return true;
    }

    /** Describes the task in one human-readable line. */
    String describe(PretrainingConfig config);

    /** Describes the corruption and the learning objective in a sentence or two for the report. */
    String introduction();

    /** Describes the rows of a figure in a sentence or two for the report. */
    String pictures();

    /** Multiply-adds per image of encoder and decoder together; see {@link EncoderConfig#multiplyAddsPerImage()}. */
    default double multiplyAddsPerImage(EncoderConfig encoder, DecoderConfig decoder) {
        return encoder.multiplyAddsPerImage() + decoder.multiplyAddsPerImage(encoder);
    }

    /**
     * Activation memory per image of encoder and decoder together; see {@link EncoderConfig#activationBytesPerImage()}.
     */
    default long activationBytesPerImage(EncoderConfig encoder, DecoderConfig decoder) {
        return encoder.activationBytesPerImage() + decoder.activationBytesPerImage(encoder);
    }
}
