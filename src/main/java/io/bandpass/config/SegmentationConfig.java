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
        Check.that(
                validate.mode() == SegmentValidateConfig.Mode.WHOLE
                        || validate.strideOr(encoder.imageSize()) <= validate.cropOr(encoder.imageSize()),
                "validate.stride",
                validate.strideOr(encoder.imageSize()),
                "at most validate.crop, " + validate.cropOr(encoder.imageSize())
                        + ", or pixels between windows would be left out");
    }

    @Override
    public double multiplyAddsPerImage() {
        return encoder.multiplyAddsPerImage() + head.multiplyAddsPerImage(encoder);
    }

    @Override
    public double activationBytesPerImage() {
        return encoder.activationBytesPerImage() + head.activationBytesPerImage(encoder);
    }

    /** The pyramid pooling makes maps of a single cell. */
    @Override
    public OptionalLong batchNormValuesPerImage() {
        return head.norm() == UperNetConfig.Norm.BATCH ? OptionalLong.of(1) : encoder.batchNormValuesPerImage();
    }
}
