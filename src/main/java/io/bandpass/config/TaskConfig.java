package io.bandpass.config;

/** What is learned from unlabelled images. YAML: {@code task: {type: mfm, ...}}. */
public sealed interface TaskConfig permits MaskedFrequencyConfig, RestorationConfig, SimMimConfig, MaeConfig {
    /**
     * Refuses what this task cannot be done with.
     *
     * @throws ConfigException with a sentence that says what would be right
     */
    default void check(EncoderConfig encoder, DecoderConfig decoder) {}

    /** Whether the section {@code loss} says what it learns by. */
    default boolean usesLoss() {
        return true;
    }

    /** What is trained, in a line for people. */
    String describe(PretrainingConfig config);

    /** What happens to images and what is learned from it, in a sentence or two for the report. */
    String introduction();

    /** What the rows of a picture show, in a sentence or two for the report. */
    String pictures();

    /** As {@link EncoderConfig#multiplyAddsPerImage()}, for encoder and decoder together. */
    default double multiplyAddsPerImage(EncoderConfig encoder, DecoderConfig decoder) {
        return encoder.multiplyAddsPerImage() + decoder.multiplyAddsPerImage(encoder);
    }

    /** As {@link EncoderConfig#activationBytesPerImage()}, for encoder and decoder together. */
    default long activationBytesPerImage(EncoderConfig encoder, DecoderConfig decoder) {
        return encoder.activationBytesPerImage() + decoder.activationBytesPerImage(encoder);
    }
}
