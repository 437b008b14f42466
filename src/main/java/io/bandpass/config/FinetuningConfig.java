package io.bandpass.config;

import java.util.Optional;

/** Complete configuration of a fine-tuning run. Sections shared with pre-training have the same meaning in both. */
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
    /**
     * Maximum image edge in pixels after resizing for validation: a larger one would be a mistake and exhaust the
     * memory.
     */
    public static final int LARGEST_VALIDATION_EDGE = 4096;

    public FinetuningConfig {
        Check.that(
                !classifier.pooling().equals(Optional.of(Pooling.CLS)) || encoder instanceof VisionTransformerConfig,
                "classifier.pooling",
                Pooling.CLS,
                "auto or mean, as this encoder has no class token");
        int size = encoder.imageSize();
        validate.imageSize().ifPresent(requested -> {
            Check.that(
                    takesAnySize(encoder) || requested == size,
                    "validate.image-size",
                    requested,
                    "auto or encoder.image-size, " + size + ", for which this encoder has its positions");
            Check.that(
                    requested % encoder.stride() == 0,
                    "validate.image-size",
                    requested,
                    "a multiple of the encoder's stride, " + encoder.stride());
        });
        int edge = validate.imageSize().orElse(size);
        Check.that(
                edge / validate.cropRatio() <= LARGEST_VALIDATION_EDGE,
                "validate.crop-ratio",
                validate.cropRatio(),
                "such that images of " + edge + " px are cut from at most " + LARGEST_VALIDATION_EDGE);
    }

    private static boolean takesAnySize(EncoderConfig encoder) {
        return encoder instanceof ResNetConfig || encoder instanceof ConvNeXtConfig;
    }

    /** Whether an encoder accepts images with this edge in pixels. */
    public static boolean canLookAt(EncoderConfig encoder, int imageSize) {
        return imageSize == encoder.imageSize() || (takesAnySize(encoder) && imageSize % encoder.stride() == 0);
    }

    /** Edge of validation images, in pixels. */
    public int validationSize() {
        return validate.imageSize().orElse(encoder.imageSize());
    }

    /** Configured pooling, by default the mean. */
    public Pooling pooling() {
        return classifier.pooling().orElse(Pooling.MEAN);
    }
}
