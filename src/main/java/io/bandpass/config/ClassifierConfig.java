package io.bandpass.config;

/**
 * What stands behind the encoder of a classifier (method.md section 7).
 *
 * @param pooling {@code mean} (of the feature map, for a ViT of its patches and with a norm of its own instead of the
 *     final one), {@code cls} (a ViT's class token after the final norm) or {@code auto}: mean
 * @param headInitScale factor of the starting values of the head
 */
public record ClassifierConfig(String pooling, double headInitScale) {
    public ClassifierConfig {
        Check.oneOf("classifier.pooling", pooling, "auto", "mean", "cls");
        Check.positive("classifier.head-init-scale", headInitScale);
    }
}
