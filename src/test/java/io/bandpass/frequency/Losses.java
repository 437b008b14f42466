package io.bandpass.frequency;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.LossConfig;
import io.bandpass.config.PretrainingConfig;
import java.util.List;

/** Loss configurations for tests. */
final class Losses {
    /** Every option by itself, and some together. */
    static final List<String> VARIANTS = List.of(
            "target: masked",
            "target: full",
            "gamma: 2",
            "gamma: 0.5, target: full",
            "radius-exponent: 1",
            "radius-exponent: 0.5, gamma: 2",
            "radius-exponent: 2, target: full",
            "radius-exponent: 1, normaliser: image",
            "radius-exponent: 1.5, focal: image, focal-alpha: 0.5",
            "radius-exponent: 1, focal: batch, target: full",
            "radius-exponent: 1, average-spectrum: true",
            "radius-exponent: 1, average-spectrum: true, normaliser: image",
            "radius-exponent: 1, patch-factor: 2",
            "radius-exponent: 2, patch-factor: 3, normaliser: image, pixel: l1",
            "radius-exponent: 1, pixel: l1, frequency-weight: 0",
            "radius-exponent: 8",
            "normaliser: image",
            "normaliser: image, target: full",
            "focal: image",
            "focal: image, focal-alpha: 2, normaliser: image",
            "focal: image, focal-log: true, target: full",
            "focal: image, focal-alpha: 0.5",
            "focal: batch",
            "focal: batch, focal-log: true, target: full",
            "average-spectrum: true",
            "average-spectrum: true, normaliser: image",
            "average-spectrum: true, target: full",
            "average-spectrum: true, focal: image, gamma: 2",
            "patch-factor: 2",
            "patch-factor: 2, target: full",
            "patch-factor: 3, normaliser: image",
            "patch-factor: 2, focal: image",
            "patch-factor: 2, focal: batch, average-spectrum: true, gamma: 2, focal-log: true, target: full",
            "patch-factor: 3, average-spectrum: true",
            "pixel: l1",
            "pixel: l2, pixel-weight: 0.25, target: full",
            "pixel: l1, frequency-weight: 0",
            "pixel: l2, frequency-weight: 0, target: full",
            "pixel: l1, frequency-weight: 0.1, focal: image, gamma: 2, target: full",
            "pixel: l2, frequency-weight: 0.5, normaliser: image, patch-factor: 2");

    private Losses() {}

    /** The section {@code loss} of these keys, in YAML. */
    static LossConfig of(String keys) {
        return ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.image-size=240")
                .yaml("loss: {" + keys + "}", "test")
                .build()
                .loss();
    }
}
