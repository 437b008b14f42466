package io.bandpass.config;

/**
 * Everything that a pre-training run is asked to do. Each section is an immutable record whose constructor refuses bad
 * values with a {@link ConfigException} that names the key; a key that is missing in YAML takes the default.
 */
public record RunConfig(
        String description,
        DataConfig data,
        AugmentConfig augment,
        EncoderConfig encoder,
        MaskConfig mask,
        DecoderConfig decoder,
        LossConfig loss,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        TrainConfig train,
        CheckpointConfig checkpoint,
        EvaluateConfig evaluate) {
    public RunConfig {
        MaskCheck.check(mask, encoder.imageSize());
        MaskCheck.checkTiles(mask, encoder, loss);
    }

    /** The same with other data. */
    public RunConfig withData(DataConfig other) {
        return new RunConfig(
                description,
                other,
                augment,
                encoder,
                mask,
                decoder,
                loss,
                optimizer,
                schedule,
                train,
                checkpoint,
                evaluate);
    }
}
