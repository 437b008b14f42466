package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;

/**
 * How the run that trained weights read and evaluated its images: other images are read and evaluated alike. Weights of
 * another program have the defaults.
 *
 * @param data with the index in no folder that a stranger chose
 * @param seed of the run
 */
public record WeightsOrigin(DataConfig data, EvaluateConfig evaluate, long seed) {
    static WeightsOrigin of(PretrainingConfig config) {
        return new WeightsOrigin(
                config.data().withoutIndexFolder(),
                config.evaluate(),
                config.train().seed());
    }

    static WeightsOrigin of(FinetuningConfig config) {
        WeightsOrigin defaults = of(EncoderDescription.of(config));
        return new WeightsOrigin(
                config.data().withoutIndexFolder(),
                defaults.evaluate(),
                config.train().seed());
    }

    static WeightsOrigin of(EncoderDescription encoder) {
        return of(ConfigBuilder.of(PretrainingConfig.class)
                .pretrained(encoder, "the encoder")
                .build());
    }
}
