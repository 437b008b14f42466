package io.bandpass.config;

import java.util.OptionalDouble;

/**
 * Loss of a classifier.
 *
 * @param type {@code ce} (cross entropy over all classes) or {@code bce} (binary cross entropy per class)
 * @param bceTargetThreshold for {@code bce}: targets above it become 1, the others 0; none: targets stay as mixing
 *     and smoothing produced them
 */
public record ClassifyLossConfig(
        Type type, @EmptyWord("none") OptionalDouble bceTargetThreshold) {
    /** Values of {@code loss.type}. */
    public enum Type {
        CE,
        BCE;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public ClassifyLossConfig {
        bceTargetThreshold.ifPresent(threshold -> Check.that(
                threshold >= 0 && threshold < 1, "loss.bce-target-threshold", threshold, "none or from 0 to below 1"));
    }
}
