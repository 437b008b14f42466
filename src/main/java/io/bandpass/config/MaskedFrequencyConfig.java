package io.bandpass.config;

/** Masked Frequency Modeling: its settings are the sections {@code mask}, {@code decoder} and {@code loss}. */
public record MaskedFrequencyConfig() implements TaskConfig {}
