package io.bandpass.config;

/**
 * The frequency loss (method.md section 4).
 *
 * @param target {@code masked} (only the removed frequencies count) or {@code full}
 * @param gamma exponent of the spectral distance
 */
public record LossConfig(String target, double gamma) {
    public LossConfig {
        Check.oneOf("loss.target", target, "masked", "full");
        Check.positive("loss.gamma", gamma);
    }
}
