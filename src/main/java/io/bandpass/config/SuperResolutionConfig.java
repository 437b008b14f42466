package io.bandpass.config;

/**
 * Super-resolution as a pre-training task (method.md, Restoration tasks): images are made smaller and enlarged again.
 *
 * @param factor how many times smaller each side becomes; 8 in the paper
 */
public record SuperResolutionConfig(int factor) implements TaskConfig {
    public SuperResolutionConfig {
        Check.that(factor >= 2, "task.factor", factor, "a whole number of at least 2");
    }
}
