package io.bandpass.config;

/** Image restoration task: an image is degraded, and the whole original predicted. */
public sealed interface RestorationConfig extends TaskConfig
        permits SuperResolutionConfig, DeblurConfig, DenoiseConfig {
    @Override
    default String pictures() {
        return "Each image as the encoder was given it, and what was made of it. Below each stands its spectrum, bright where"
                + " there is much of a frequency.";
    }
}
