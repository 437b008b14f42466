package io.bandpass.testing;

import io.bandpass.config.AugmentConfig;
import io.bandpass.config.CheckpointConfig;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.CurriculumConfig;
import io.bandpass.config.DataConfig;
import io.bandpass.config.DecoderConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.LossConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.OptimizerConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Small configurations for tests. */
public final class Configs {
    private Configs() {}

    /** The golden vit_tiny: 32 px, patch 4, width 64, depth 2, 4 heads. */
    public static VisionTransformerConfig vitTiny() {
        return new VisionTransformerConfig(32, 4, 64, 2, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }

    /** The golden vit_tiny with options of the BEiT family. */
    public static VisionTransformerConfig vitTiny(String relativePosition, boolean qkvBias, double layerScale) {
        return new VisionTransformerConfig(
                32,
                4,
                64,
                2,
                4,
                4,
                VisionTransformerConfig.Positions.LEARNED,
                Words.constant(VisionTransformerConfig.RelativePosition.class, relativePosition)
                        .orElseThrow(),
                qkvBias,
                layerScale,
                0);
    }

    /** The golden Swin A: two stages at 16 and 8 cells, windows of 4. */
    public static SwinTransformerConfig swinA() {
        return new SwinTransformerConfig(
                64, 4, 24, List.of(2, 2), List.of(3, 6), 4, 4, true, SwinTransformerConfig.Positions.NONE, 0);
    }

    /** The golden Swin B: four stages, the last two smaller than a window, with absolute positions. */
    public static SwinTransformerConfig swinB() {
        return new SwinTransformerConfig(
                64,
                4,
                16,
                List.of(2, 2, 2, 2),
                List.of(2, 2, 4, 4),
                4,
                4,
                true,
                SwinTransformerConfig.Positions.LEARNED,
                0);
    }

    /** The golden ResNet: 64 px, one bottleneck of base width 8 in each of four stages. */
    public static ResNetConfig resnet1111() {
        return new ResNetConfig(
                64,
                ResNetConfig.Block.BOTTLENECK,
                List.of(1, 1, 1, 1),
                List.of(64, 128, 256, 512),
                List.of(8, 16, 32, 64),
                64,
                7,
                2,
                true);
    }

    public static PretrainingConfig run(EncoderConfig encoder, double radius) {
        return new PretrainingConfig(
                "",
                new DataConfig(
                        List.of(),
                        DataConfig.Labels.AUTO,
                        OptionalInt.of(1),
                        0.01,
                        1L << 27,
                        true,
                        "none",
                        DataConfig.Order.FULL,
                        64,
                        2,
                        "auto",
                        20,
                        List.of(0.485, 0.456, 0.406),
                        List.of(0.229, 0.224, 0.225)),
                new AugmentConfig(List.of(0.5, 1.0), List.of(0.75, 4 / 3.0), 0.5),
                encoder,
                new MaskedFrequencyConfig(),
                new MaskConfig(OptionalDouble.of(radius), OptionalDouble.empty(), 0.5, true),
                new DecoderConfig(DecoderConfig.Type.PIXEL_SHUFFLE),
                new LossConfig(LossConfig.Target.AUTO, 1),
                new OptimizerConfig(
                        OptimizerConfig.Type.ADAMW,
                        OptionalDouble.empty(),
                        OptionalDouble.of(1.2e-3),
                        List.of(0.9, 0.95),
                        1e-8,
                        0.9,
                        true,
                        0.05,
                        1,
                        3),
                new ScheduleConfig(ScheduleConfig.Type.COSINE, 1, 1e-6, 1e-5, 1, List.of(), 0.1),
                CurriculumConfig.NONE,
                new TrainSection(
                        2,
                        OptionalInt.empty(),
                        16,
                        OptionalInt.empty(),
                        0,
                        "cpu",
                        "fp32",
                        OptionalInt.of(1),
                        false,
                        OptionalDouble.empty(),
                        1),
                new CheckpointConfig(5, 3),
                new EvaluateConfig(0, 2, 0, 20, 0.07, 20000, false, 0.1));
    }

    /** The same run with other settings, each {@code section.key=value}. */
    public static PretrainingConfig with(PretrainingConfig run, String... settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.from(run);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    /** The usual data section with another share of bad files allowed. */
    public static DataConfig data(double maxBad) {
        return data("auto", maxBad);
    }

    /** The usual data section with or without labels. */
    public static DataConfig data(String labels, double maxBad) {
        DataConfig usual = run(vitTiny(), 4).data();
        return new DataConfig(
                usual.paths(),
                Words.constant(DataConfig.Labels.class, labels).orElseThrow(),
                usual.workers(),
                maxBad,
                usual.maxPixels(),
                usual.reducedDecoding(),
                usual.index(),
                usual.order(),
                usual.shardStreams(),
                usual.shardBlock(),
                usual.cache(),
                usual.cacheGb(),
                usual.mean(),
                usual.std());
    }
}
