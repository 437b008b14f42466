package io.bandpass.config;

/**
 * The frequency loss (method.md section 4).
 *
 * @param target {@code masked} (only the removed frequencies count) or {@code full}
 * @param gamma exponent of the spectral distance
 */
public record LossConfig(String target, double gamma) {}
