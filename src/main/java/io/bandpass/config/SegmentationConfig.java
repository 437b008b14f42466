package io.bandpass.config;

import java.util.OptionalLong;

/** Complete configuration of a segmentation run. Sections shared with other kinds of training have the same meaning. */
@OfCommand(value = "segment", samples = "earth")
public record SegmentationConfig(
        String description,
        DataConfig data,
        MasksConfig masks,
        SceneAugmentConfig augment,
        EncoderConfig encoder,
        UperNetConfig head,
        SegmentLossConfig loss,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        TrainSection train,
        CheckpointConfig checkpoint,
        SegmentValidateConfig validate)
        implements RunConfig {
    public SegmentationConfig {
        int edge = augment.crop().orElse(encoder.imageSize());
        Check.that(
                !(encoder instanceof VisionTransformerConfig) || edge % encoder.stride() == 0,
                "augment.crop",
                edge,
                "a multiple of the patch of a ViT, " + encoder.stride());
        Check.that(
                !(encoder instanceof VisionTransformerConfig)
                        || validate.mode() == SegmentValidateConfig.Mode.WHOLE
                        || validate.cropOr(edge) % encoder.stride() == 0,
                "validate.crop",
                validate.cropOr(edge),
                "a multiple of the patch of a ViT, " + encoder.stride());
        Check.that(
                validate.mode() == SegmentValidateConfig.Mode.WHOLE || validate.strideOr(edge) <= validate.cropOr(edge),
                "validate.stride",
                validate.strideOr(edge),
                "at most validate.crop, " + validate.cropOr(edge) + ", or pixels between windows would be left out");
    }

    /** Edge of a crop in pixels. */
    @Override
    public int imageSize() {
        return augment.crop().orElse(encoder.imageSize());
    }

    @Override
    public double multiplyAddsPerImage() {
        return cropsPerImage() * (encoder.multiplyAddsPerImage() + head.multiplyAddsPerImage(encoder));
    }

    @Override
    public double activationBytesPerImage() {
        return cropsPerImage() * (encoder.activationBytesPerImage() + head.activationBytesPerImage(encoder));
    }

    /** Pixels of a crop in units of the images that the encoder is configured for. */
    private double cropsPerImage() {
        double ratio = imageSize() / (double) encoder.imageSize();
        return ratio * ratio;
    }

    /** The pyramid pooling makes maps of a single cell. */
    @Override
    public OptionalLong batchNormValuesPerImage() {
        return head.norm() == UperNetConfig.Norm.BATCH ? OptionalLong.of(1) : encoder.batchNormValuesPerImage();
    }
}
