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
        TaskConfig task,
        MaskConfig mask,
        DecoderConfig decoder,
        LossConfig loss,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        TrainConfig train,
        CheckpointConfig checkpoint,
        EvaluateConfig evaluate)
        implements TrainingConfig {
    public RunConfig {
        task.check(encoder, decoder);
        if (task instanceof MaskedFrequencyConfig) {
            MaskCheck.check(mask, encoder.imageSize());
            MaskCheck.checkTiles(mask, encoder, loss);
        }
        Check.that(
                task instanceof MaskedFrequencyConfig || !loss.target().equals("masked"),
                "loss.target",
                loss.target(),
                "auto or full: only the task mfm removes frequencies");
    }

    @Override
    public double activationBytesPerImage() {
        return task.activationBytesPerImage(encoder, decoder);
    }

    @Override
    public boolean needsWholeBatch() {
        return loss.needsWholeBatch();
    }
}
