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
import java.util.List;
import java.util.Map;

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

    @Override
    public Map<String, String> chosen() {
        return Map.of();
    }

    @Override
    public double multiplyAddsPerImage() {
        return encoder.multiplyAddsPerImage();
    }

    @Override
    public double activationBytesPerImage() {
        return encoder.activationBytesPerImage();
    }

    @Override
    public List<Integer> imageSizes() {
        return List.of(encoder.imageSize());
    }

    @Override
    public boolean needsWholeBatch() {
        return false;
    }
}
