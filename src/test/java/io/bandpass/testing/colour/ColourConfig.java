package io.bandpass.testing.colour;

import io.bandpass.config.AugmentConfig;
import io.bandpass.config.CheckpointConfig;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.OfCommand;
import io.bandpass.config.OptimizerConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.TrainSection;

/** The sections that it shares with pre-training, and one of its own. */
@OfCommand("colour")
public record ColourConfig(
        String description,
        DataConfig data,
        AugmentConfig augment,
        EncoderConfig encoder,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        TrainSection train,
        CheckpointConfig checkpoint,
        Colour colour)
        implements RunConfig {
    /** The section of its own. */
    public record Colour(double weight, double heldOutFraction) {}
}
