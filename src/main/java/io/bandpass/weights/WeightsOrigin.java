package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SegmentationConfig;
import java.util.Map;

/**
 * Origin of weights: how the run that trained them read and evaluated its images, so that other images are treated
 * alike. Weights of other programs have the defaults.
 *
 * @param data without an index folder, as it may come from an untrusted source
 * @param seed seed of the run
 */
public record WeightsOrigin(DataConfig data, EvaluateConfig evaluate, long seed) {
    static WeightsOrigin of(PretrainingConfig config) {
        return new WeightsOrigin(
                config.data().untrusted(), config.evaluate(), config.train().seed());
    }

    static WeightsOrigin of(FinetuningConfig config) {
        WeightsOrigin defaults = of(EncoderDescription.of(config));
        return new WeightsOrigin(
                config.data().untrusted(), defaults.evaluate(), config.train().seed());
    }

    /** Returns the origin of an imported segmentation model. */
    public static WeightsOrigin of(SegmentationConfig config) {
        WeightsOrigin defaults = of(EncoderDescription.of(config));
        return new WeightsOrigin(
                config.data().untrusted(), defaults.evaluate(), config.train().seed());
    }

    static WeightsOrigin of(EncoderDescription encoder) {
        return of(ConfigBuilder.of(PretrainingConfig.class)
                .pretrained(encoder, "the encoder")
                .build());
    }

    /**
     * Returns the origin that metadata describe.
     *
     * @param sections YAML by the names of sections of a configuration: {@code data}, {@code evaluate}
     * @param source for messages
     */
    static WeightsOrigin of(EncoderDescription encoder, Map<String, String> sections, long seed, String source) {
        ConfigBuilder<PretrainingConfig> builder =
                ConfigBuilder.of(PretrainingConfig.class).pretrained(encoder, "the encoder");
        sections.forEach((section, yaml) -> builder.set(section, yaml, source));
        PretrainingConfig config = builder.build();
        return new WeightsOrigin(config.data().untrusted(), config.evaluate(), seed);
    }
}
