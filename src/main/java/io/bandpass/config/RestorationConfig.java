package io.bandpass.config;

/** A task of image restoration: an image is degraded, and all of it predicted. */
public sealed interface RestorationConfig extends TaskConfig
        permits SuperResolutionConfig, DeblurConfig, DenoiseConfig {
    @Override
    default String pictures() {
        return "Each image as the encoder was given it, and what was made of it. Below each stands its spectrum, bright where"
                + " there is much of a frequency.";
    }
}
