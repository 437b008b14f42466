package io.bandpass.config;

import java.util.Locale;
import java.util.OptionalDouble;

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
        EvaluateConfig evaluate) {
    public RunConfig {
        task.check(encoder, decoder);
        if (task instanceof MaskedFrequencyConfig) {
            checkMask(mask, encoder.imageSize());
        }
    }

    private static void checkMask(MaskConfig mask, int size) {
        double radius = mask.radiusFor(size);
        // The corner of the centred spectrum; a disc that reaches beyond it would keep every frequency.
        double corner = Math.sqrt(2) * Math.floorDiv(size, 2);
        Check.that(
                radius <= corner,
                "mask.radius",
                radius,
                String.format(
                        Locale.ROOT, "at most %.4g for images of %d px, or it keeps every frequency", corner, size));
        mask.outerRadius()
                .ifPresent(outer -> Check.that(
                        outer > radius, "mask.outer-radius", outer, "above mask.radius, which is " + radius));
    }

    /** The radius of the circle around the frequencies that are kept or removed, in bins; nothing where there is none. */
    public OptionalDouble maskRadius() {
        return task instanceof MaskedFrequencyConfig
                ? OptionalDouble.of(mask.radiusFor(encoder.imageSize()))
                : OptionalDouble.empty();
    }

    /** The same with other data. */
    public RunConfig withData(DataConfig other) {
        return new RunConfig(
                description,
                other,
                augment,
                encoder,
                task,
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
