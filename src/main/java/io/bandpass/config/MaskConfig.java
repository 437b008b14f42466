package io.bandpass.config;

import java.util.OptionalDouble;

/**
 * The frequency mask (method.md section 1).
 *
 * @param radius radius of the kept disc in frequency bins; empty means {@code auto}: 16 * image size / 224
 * @param outerRadius {@code none}, or the outer radius of a masked band
 * @param lowpassProbability probability that an image keeps its low frequencies, else it keeps the high ones
 * @param clamp whether corrupted images are clamped to [0, 1]
 */
public record MaskConfig(
        OptionalDouble radius,
        @EmptyWord("none") OptionalDouble outerRadius,
        double lowpassProbability,
        boolean clamp) {
    private static final double RADIUS_AT_224 = 16;

    public MaskConfig {
        radius.ifPresent(r -> Check.positive("mask.radius", r));
        outerRadius.ifPresent(r -> Check.positive("mask.outer-radius", r));
        Check.fraction("mask.lowpass-probability", lowpassProbability);
    }

    /** The radius for square images of this size, in frequency bins. */
    public double radiusFor(int imageSize) {
        return radius.orElse(RADIUS_AT_224 * imageSize / 224);
    }
}
