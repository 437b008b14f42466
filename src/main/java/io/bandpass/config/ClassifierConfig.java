package io.bandpass.config;

import java.util.Optional;

/**
 * Pooling and head of a classifier (finetuning.md).
 *
 * @param pooling {@code mean} or, for a ViT, {@code cls}; empty means {@code auto}: mean
 * @param headInitScale factor of the head's initial weights
 */
public record ClassifierConfig(Optional<Pooling> pooling, double headInitScale) {
    public ClassifierConfig {
        Check.positive("classifier.head-init-scale", headInitScale);
    }
}
