package io.bandpass.config;

import java.util.Optional;

/**
 * Everything that a fine-tuning run is asked to do. A section that pre-training has too means the same in both.
 */
@OfCommand("finetune")
public record FinetuningConfig(
        String description,
        DataConfig data,
        LabelsConfig labels,
        AugmentConfig augment,
        MixConfig mix,
        EncoderConfig encoder,
        ClassifierConfig classifier,
        ClassifyLossConfig loss,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        TrainSection train,
        CheckpointConfig checkpoint,
        ValidateConfig validate)
        implements RunConfig {
    /** The longest edge in pixels to which images are resized for a look: more would be a mistake, and fill the memory. */
    public static final int LARGEST_VALIDATION_EDGE = 4096;

    public FinetuningConfig {
        Check.that(
                !classifier.pooling().equals(Optional.of(Pooling.CLS)) || encoder instanceof VisionTransformerConfig,
                "classifier.pooling",
                Pooling.CLS,
                "auto or mean, as this encoder has no class token");
        int size = encoder.imageSize();
        validate.imageSize().ifPresent(asked -> {
            Check.that(
                    takesAnySize(encoder) || asked == size,
                    "validate.image-size",
                    asked,
                    "auto or encoder.image-size, " + size + ", for which this encoder has its positions");
            Check.that(
                    asked % encoder.stride() == 0,
                    "validate.image-size",
                    asked,
                    "a multiple of the encoder's stride, " + encoder.stride());
        });
        int looked = validate.imageSize().orElse(size);
        Check.that(
                looked / validate.cropRatio() <= LARGEST_VALIDATION_EDGE,
                "validate.crop-ratio",
                validate.cropRatio(),
                "such that images of " + looked + " px are cut from at most " + LARGEST_VALIDATION_EDGE);
    }

    private static boolean takesAnySize(EncoderConfig encoder) {
        return encoder instanceof ResNetConfig || encoder instanceof ConvNeXtConfig;
    }

    /** Whether an encoder takes images of this edge in pixels. */
    public static boolean canLookAt(EncoderConfig encoder, int imageSize) {
        return imageSize == encoder.imageSize() || (takesAnySize(encoder) && imageSize % encoder.stride() == 0);
    }

    /** Edge of the images that are validated on, in pixels. */
    public int validationSize() {
        return validate.imageSize().orElse(encoder.imageSize());
    }

    /** The pooling that was asked for, or the mean. */
    public Pooling pooling() {
        return classifier.pooling().orElse(Pooling.MEAN);
    }
}
