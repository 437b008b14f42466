package io.bandpass.config;

import java.util.Optional;

/**
 * What stands behind the encoder of a classifier (method.md section 7).
 *
 * @param pooling {@code mean} or, for a ViT, {@code cls}; empty means {@code auto}: mean
 * @param headInitScale factor of the starting values of the head
 */
public record ClassifierConfig(Optional<Pooling> pooling, double headInitScale) {
    public ClassifierConfig {
        Check.positive("classifier.head-init-scale", headInitScale);
    }
}
