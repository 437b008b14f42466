package io.bandpass.config;

import static io.bandpass.config.ConfigStrictnessTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that no run can use are refused by the records, whoever makes them. */
final class ConfigRangesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data.workers",
                "data.max-pixels",
                "encoder.image-size",
                "encoder.patch-size",
                "encoder.width",
                "encoder.depth",
                "encoder.heads",
                "loss.patch-factor",
                "train.epochs",
                "train.batch-size",
                "train.micro-batch-size",
                "train.threads",
                "train.log-every-steps",
                "checkpoint.every-steps",
                "checkpoint.keep",
                "evaluate.sample-images",
                "evaluate.knn-neighbours",
                "evaluate.knn-images"
            })
    void countsAreAboveZero(String key) {
        assertThat(refusal(key + "=0")).isEqualTo(key + " is 0, but must be a whole number above 0");
        assertThat(refusal(key + "=-3")).isEqualTo(key + " is -3, but must be a whole number above 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encoder.mlp-ratio",
                "mask.radius",
                "mask.outer-radius",
                "loss.gamma",
                "loss.focal-alpha",
                "optimizer.base-learning-rate",
                "optimizer.epsilon",
                "schedule.decay-epochs",
                "schedule.decay-rate",
                "schedule.power",
                "evaluate.knn-temperature"
            })
    void positiveNumbersAreAboveZeroAndFinite(String key) {
        assertThat(refusal(key + "=0.0")).isEqualTo(key + " is 0.0, but must be a number above 0");
        assertThat(refusal(key + "=-1e-9")).isEqualTo(key + " is -1.0E-9, but must be a number above 0");
        assertThat(refusal(key + "=1e999")).isEqualTo(key + " is Infinity, but must be a number above 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encoder.layer-scale",
                "loss.pixel-weight",
                "mask.lowpass-warmup-epochs",
                "optimizer.learning-rate",
                "optimizer.weight-decay",
                "optimizer.clip",
                "schedule.warmup-epochs",
                "schedule.warmup-learning-rate",
                "schedule.min-learning-rate",
                "evaluate.knn-every-epochs"
            })
    void otherNumbersAreAtLeastZeroAndFinite(String key) {
        assertThatCode(() -> ConfigBuilder.of(PretrainingConfig.class)
                        .set(key + "=0")
                        .build())
                .doesNotThrowAnyException();
        assertThat(refusal(key + "=-0.5")).isEqualTo(key + " is -0.5, but must be a number of at least 0");
        assertThat(refusal(key + "=1e999")).isEqualTo(key + " is Infinity, but must be a number of at least 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data.max-bad", "augment.flip-probability", "mask.lowpass-probability", "schedule.warmup-ratio"})
    void fractionsLieBetweenZeroAndOne(String key) {
        for (String sound : List.of("0", "1", "0.25")) {
            assertThatCode(() -> ConfigBuilder.of(PretrainingConfig.class)
                            .set(key + "=" + sound)
                            .build())
                    .doesNotThrowAnyException();
        }
        assertThat(refusal(key + "=1.01")).isEqualTo(key + " is 1.01, but must be between 0 and 1");
        assertThat(refusal(key + "=-0.01")).isEqualTo(key + " is -0.01, but must be between 0 and 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            evaluate.samples-every-steps=-1      | -1, but must be a whole number of at least 0
            evaluate.held-out-fraction=1         | 1.0, but must be between 0 and 1
            evaluate.held-out-fraction=0         | 0.0, but must be between 0 and 1
            encoder.drop-path=1                  | 1.0, but must be from 0 to below 1
            encoder.heads=5                      | 5, but must be a divisor of encoder.width 384
            encoder.mlp-ratio=0.001              | 0.001, but must be such that encoder.width 384 times it is the width of a layer
            optimizer.betas=[0.9, 1.0]           | [0.9, 1.0], but must be two numbers from 0 to below 1
            optimizer.betas=[0.9]                | [0.9], but must be two numbers from 0 to below 1
            evaluate.probe=sometimes             | "sometimes", but must be true or false
            optimizer.momentum=1                 | 1.0, but must be from 0 to below 1
            optimizer.momentum=-0.1              | -0.1, but must be from 0 to below 1
            optimizer.layer-decay=0              | 0.0, but must be above 0 and at most 1
            optimizer.layer-decay=1.1            | 1.1, but must be above 0 and at most 1
            data.mean=[0.5, 0.5]                 | [0.5, 0.5], but must be three numbers
            data.mean=[0.5, 0.5, 1e999]          | [0.5, 0.5, Infinity], but must be three numbers
            data.std=[0.2, 0.2, 0]               | [0.2, 0.2, 0.0], but must be three numbers above 0
            data.std=[0.2, 0.2, 1e999]           | [0.2, 0.2, Infinity], but must be three numbers above 0
            augment.colour-jitter=-0.1           | -0.1, but must be a number of at least 0
            augment.colour-jitter=1e999          | Infinity, but must be a number of at least 0
            augment.repeats=0                    | 0, but must be a whole number from 1 to 16
            augment.repeats=17                   | 17, but must be a whole number from 1 to 16
            augment.crop-area=[0, 1]             | [0.0, 1.0], but must be two numbers [low, high] from 1.0E-4 to 1.0
            augment.crop-area=[0.5, 0.2]         | [0.5, 0.2], but must be two numbers [low, high] from 1.0E-4 to 1.0
            augment.crop-area=[0.5, 1.2]         | [0.5, 1.2], but must be two numbers [low, high] from 1.0E-4 to 1.0
            augment.crop-aspect=[1, 2, 3]        | [1.0, 2.0, 3.0], but must be two numbers [low, high] from 0.01 to 100.0
            schedule.milestone-epochs=[5, -3]    | [5.0, -3.0], but must be numbers above 0
            schedule.milestone-epochs=[1e999]    | [Infinity], but must be numbers above 0
            mask.radius=158.4                    | 158.4, but must be at most 158.4 for images of 224 px, or it keeps every frequency
            mask.outer-radius=16                 | 16.0, but must be above mask.radius, which is 16.0
            mask.radius-range=[8]                | [8.0], but must be none or two numbers [low, high] above 0, the first below the second
            mask.radius-range=[8, 8]             | [8.0, 8.0], but must be none or two numbers [low, high] above 0, the first below the second
            mask.radius-range=[0, 8]             | [0.0, 8.0], but must be none or two numbers [low, high] above 0, the first below the second
            mask.radius-range=[8, 160]           | [8.0, 160.0], but must be at most 158.4 for images of 224 px, or it keeps every frequency
            mask.fractions=[]                    | [], but must be numbers above 0 and below 1, at least one
            mask.lowpass-warmup-probability=0.1  | 0.1, but must be 0 without a warm-up: mask.lowpass-warmup-epochs is 0
            mask.lowpass-warmup-probability=1.1  | 1.1, but must be between 0 and 1
            mask.lowpass-warmup-probability=1e999 | Infinity, but must be between 0 and 1
            mask.lowpass-warmup-epochs=300.5     | 300.5, but must be at most train.epochs 300, or mask.lowpass-probability is never reached
            mask.fractions=[0.5, 1]              | [0.5, 1.0], but must be numbers above 0 and below 1, at least one
            loss.frequency-weight=0              | 0.0, but must be above 0, or there is no loss: loss.pixel is none and loss.pixel-weight 1.0
            loss.radius-exponent=-0.5            | -0.5, but must be from 0 to 8
            loss.radius-exponent=8.5             | 8.5, but must be from 0 to 8
            loss.radius-exponent=1e999           | Infinity, but must be from 0 to 8
            loss.frequency-weight=-1             | -1.0, but must be a number of at least 0
            """)
    void whatIsOutOfRangeIsNamedWithWhatWouldBeRight(String setting, String message) {
        String key = setting.substring(0, setting.indexOf('='));

        assertThat(refusal(setting)).isEqualTo(key + " is " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            encoder.block=basic                  | encoder.bottleneck-widths is [64, 128, 256, 512], but must be [] for basic blocks
            encoder.bottleneck-widths=[]         | encoder.bottleneck-widths is [], but must be one width above 0 for each of the 4 stages
            encoder.stages=[]                    | encoder.stages is [], but must be one to eight whole numbers above 0
            encoder.stages=[3, 0, 6, 3]          | encoder.stages is [3, 0, 6, 3], but must be one to eight whole numbers above 0
            encoder.stages=[3, 4]                | encoder.widths is [256, 512, 1024, 2048], but must be one width above 0 for each of the 2 stages
            encoder.stem-kernel=4                | encoder.stem-kernel is 4, but must be an odd number above 0
            encoder.stem-stride=3                | encoder.stem-stride is 3, but must be 1 or 2
            encoder.stem-width=0                 | encoder.stem-width is 0, but must be a whole number above 0
            """)
    void theGeometryOfAResNetHasToFitTogether(String setting, String message) {
        assertThat(refusal("encoder.type=resnet", setting)).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            encoder.depths=[]                    | encoder.depths is [], but must be one to eight whole numbers above 0
            encoder.depths=[2, 0, 6, 2]          | encoder.depths is [2, 0, 6, 2], but must be one to eight whole numbers above 0
            encoder.depths=[2, 2]                | encoder.heads is [3, 6, 12, 24], but must be for each of the 2 stages a divisor of its width, which is 96 in the first and doubles
            encoder.heads=[3, 6, 12, 25]         | encoder.heads is [3, 6, 12, 25], but must be for each of the 4 stages a divisor of its width, which is 96 in the first and doubles
            encoder.window=0                     | encoder.window is 0, but must be a whole number above 0
            encoder.stem-width=0                 | encoder.stem-width is 0, but must be a whole number from 1 to 1048576
            encoder.mlp-ratio=0.001              | encoder.mlp-ratio is 0.001, but must be such that encoder.stem-width 96 times it is the width of a layer
            encoder.positions=sin-cos            | encoder.positions is 'sin-cos', but must be one of none, learned
            encoder.drop-path=1                  | encoder.drop-path is 1.0, but must be from 0 to below 1
            """)
    void theGeometryOfASwinHasToFitTogether(String setting, String message) {
        assertThat(refusal("encoder.type=swin", setting)).isEqualTo(message);
    }

    @Test
    void anImageOfASwinIsMadeOfWholeWindows() {
        assertThat(refusal("encoder.type=swin", "encoder.image-size=230"))
                .isEqualTo("encoder.image-size 230 does not fit stride 32: the nearest that do are 224 and 256");
        assertThat(refusal("encoder.type=swin", "encoder.image-size=384"))
                .isEqualTo("encoder.image-size 384 does not fit encoder.window 7, as the map of a stage is not made of"
                        + " whole windows: the nearest that do are 224 and 448");
        assertThat(refusal("encoder.type=swin", "encoder.image-size=192")).endsWith("the nearest that does is 224");
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(refusal("encoder={type: swin, image-size: 2147483647, patch-size: 1, depths: [1],"
                                + " heads: [1], stem-width: 8, window: 1500000000}"))
                        .endsWith("as the map of a stage is not made of whole windows"));
        // A map that is not larger than a window is one.
        assertThatCode(() -> ConfigBuilder.of(PretrainingConfig.class)
                        .set("encoder={type: swin, image-size: 192, window: 6}")
                        .build())
                .doesNotThrowAnyException();
        assertThatCode(() -> ConfigBuilder.of(PretrainingConfig.class)
                        .set("encoder={type: swin, image-size: 32, patch-size: 2, window: 16}")
                        .build())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            encoder.depths=[3, 3]                | encoder.widths is [96, 192, 384, 768], but must be one width above 0 for each of the 2 stages
            encoder.depths=[3, 3, 9, -1]         | encoder.depths is [3, 3, 9, -1], but must be one to eight whole numbers above 0
            encoder.stem-patch=0                 | encoder.stem-patch is 0, but must be a whole number from 1 to 1048576
            encoder.layer-scale=-1               | encoder.layer-scale is -1.0, but must be a number of at least 0
            encoder.drop-path=-0.1               | encoder.drop-path is -0.1, but must be from 0 to below 1
            encoder.image-size=100               | encoder.image-size 100 does not fit stride 32: the nearest that do are 96 and 128
            """)
    void theGeometryOfAConvNeXtHasToFitTogether(String setting, String message) {
        assertThat(refusal("encoder.type=convnext", setting)).isEqualTo(message);
    }

    @Test
    void anImageSizeThatDoesNotFitNamesTheNearestThatDo() {
        assertThat(refusal("encoder.image-size=230"))
                .isEqualTo("encoder.image-size 230 does not fit patch size 16: the nearest that do are 224 and 240");
        assertThat(refusal("encoder.image-size=9"))
                .isEqualTo("encoder.image-size 9 does not fit patch size 16: the nearest that does is 16");
        assertThat(refusal("encoder.type=resnet", "encoder.image-size=225"))
                .isEqualTo("encoder.image-size 225 does not fit stride 32: the nearest that do are 224 and 256");
        assertThat(refusal("encoder.image-size=2147483647"))
                .endsWith("the nearest that do are 2147483632 and 2147483648");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            square  | mask.radius=112.5 | mask.radius is 112.5, but must be at most 112.0 for images of 224 px, or it keeps every frequency
            rhombus | mask.radius=225   | mask.radius is 225.0, but must be at most 224.0 for images of 224 px, or it keeps every frequency
            square  | mask.outer-radius=16 | mask.outer-radius is 16.0, but must be above mask.radius, which is 16.0
            com     | mask.outer-radius=40 | mask.outer-radius is 40.0, but must be none: the shape com has no radius
            rcom    | mask.radius-range=[3, 5] | mask.radius-range is [3.0, 5.0], but must be none: the shape rcom has no radius
            com     | mask.fractions=[1e-9] | mask.fractions is [1.0E-9], but must be such that each keeps some of the 50176 frequencies of images of 224 px and removes some
            rcom    | mask.fractions=[0.99999] | mask.fractions is [0.99999], but must be such that each keeps some of the 50176 frequencies of images of 224 px and removes some
            com     | mask.lowpass-warmup-epochs=2 | mask.lowpass-warmup-epochs is 2.0, but must be 0: the shape com keeps the strongest frequencies of every image
            rcom    | loss.patch-factor=2 | loss.patch-factor is 2, but must be 1 for mask.shape rcom where only removed frequencies count: tiles have no such mask
            """)
    void aMaskHasToFitItsShape(String shape, String setting, String message) {
        assertThat(refusal("mask.shape=" + shape, setting)).isEqualTo(message);
    }

    @Test
    void masksAtTheirLimitsAreSound() {
        for (List<String> settings : List.of(
                List.of("mask.shape=square", "mask.radius=112"),
                List.of("mask.shape=rhombus", "mask.radius=224"),
                List.of("mask.radius=158", "mask.outer-radius=158.4"),
                List.of("mask.radius-range=[3, 5]", "mask.outer-radius=5.1"),
                List.of("mask.shape=rcom", "loss.patch-factor=2", "loss.target=full"))) {
            ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
            settings.forEach(builder::set);
            assertThatCode(builder::build).as(settings.toString()).doesNotThrowAnyException();
        }
    }

    @Test
    void tilesHaveToFitTheImageAndTheMaskToFitTheTiles() {
        assertThat(refusal("loss.patch-factor=3"))
                .isEqualTo(
                        "encoder.image-size 224 does not fit stride 16 and loss.patch-factor 3 together, a multiple of"
                                + " 48: the nearest that do are 192 and 240");
        // 15.9^2 to 15.95^2 holds no sum of two squares.
        assertThat(refusal("mask.radius=15.9", "mask.outer-radius=15.95"))
                .isEqualTo(
                        "mask.outer-radius is 15.95, but must be such that a frequency lies between it and the radius"
                                + " 15.9");
        assertThat(refusal("loss.patch-factor=224", "mask.radius=100"))
                .isEqualTo("loss.patch-factor is 224, but must be smaller: the mask of its tiles of 1 px, of radius"
                        + " 0.4464, removes no frequency");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "auto",
                "m9",
                "m9-n2-mstd0.5",
                "rand",
                "rand-",
                "rand-m9-n2-inc0",
                "rand-m9-n2-inc1.5",
                "rand-m9.5-inc1",
                "rand-m11-inc1",
                "rand-n0-inc1",
                "rand-n16-inc1",
                "rand-mstd101-inc1",
                "rand-mstd.5-inc1",
                "rand-m9-m9-inc1",
                "rand-m9-mmax30-inc1",
                "rand-m9-w0-inc1",
                "rand-m-9-inc1",
                "rand--m9-inc1",
                "rand-m9-inc1-",
                "augmix-m9-inc1",
                "RAND-m9-inc1"
            })
    void otherFormsOfRandAugmentAreRefusedWithWhatIsSupported(String text) {
        assertThat(refusal("augment.rand-augment='" + text + "'"))
                .isEqualTo("augment.rand-augment is " + text
                        + ", but must be none, or RandAugment in timm's form with the operations that increase, such as"
                        + " rand-m9-n2-mstd0.5-inc1: m from 0 to 10, n from 1 to 15, mstd from 0 to 100, and inc1");
    }

    @Test
    void randAugmentIsReadAsTimmReadsIt() {
        assertThat(randAugment("none")).isEmpty();
        assertThat(randAugment("rand-m9-n3-mstd0.5-inc1")).contains(new RandAugmentConfig(9, 3, 0.5));
        assertThat(randAugment("m9-n3-mstd0.5-inc1")).contains(new RandAugmentConfig(9, 3, 0.5));
        assertThat(randAugment("rand-inc1-mstd1-m7")).contains(new RandAugmentConfig(7, 2, 1));
        assertThat(randAugment("rand-inc1")).contains(new RandAugmentConfig(10, 2, 0));
    }

    private static Optional<RandAugmentConfig> randAugment(String text) {
        return ConfigBuilder.of(PretrainingConfig.class)
                .set("augment.rand-augment=" + text)
                .build()
                .augment()
                .randAugmentConfig();
    }

    @Test
    void mixingHasItsRanges() {
        assertThatCode(() -> new MixConfig(0, 0, 0, 0, 0, 0)).doesNotThrowAnyException();
        assertThatCode(() -> new MixConfig(0.8, 1, 1, 1, 0.99, 1)).doesNotThrowAnyException();
        assertThatCode(() -> new MixConfig(-0.1, 1, 1, 0.5, 0.1, 0.25))
                .hasMessage("mix.mixup-alpha is -0.1, but must be a number of at least 0");
        assertThatCode(() -> new MixConfig(0.8, Double.POSITIVE_INFINITY, 1, 0.5, 0.1, 0.25))
                .hasMessageStartingWith("mix.cutmix-alpha is Infinity");
        assertThatCode(() -> new MixConfig(0.8, 1, 1.1, 0.5, 0.1, 0.25))
                .hasMessage("mix.probability is 1.1, but must be between 0 and 1");
        assertThatCode(() -> new MixConfig(0.8, 1, 1, -1, 0.1, 0.25))
                .hasMessageStartingWith("mix.switch-probability is -1.0");
        assertThatCode(() -> new MixConfig(0.8, 1, 1, 0.5, 1, 0.25))
                .hasMessage("mix.label-smoothing is 1.0, but must be from 0 to below 1");
        assertThatCode(() -> new MixConfig(0.8, 1, 1, 0.5, 0.1, Double.NaN))
                .hasMessageStartingWith("mix.erase-probability is NaN");
    }

    private static MaskConfig mask(double warmupEpochs, double warmupProbability) {
        return new MaskConfig(
                MaskConfig.Shape.CIRCLE,
                OptionalDouble.empty(),
                List.of(),
                OptionalDouble.empty(),
                List.of(0.5),
                0.5,
                warmupEpochs,
                warmupProbability,
                true);
    }

    /** YAML's .nan is no number to the reader, so only Java code can bring one. */
    @Test
    void recordsRefuseWhatIsNotANumber() {
        double nan = Double.NaN;
        List<Runnable> makers = new ArrayList<>();
        makers.add(() -> new LossConfig(LossConfig.Target.MASKED, nan));
        makers.add(() -> new LossConfig(
                LossConfig.Target.MASKED,
                1,
                nan,
                LossConfig.Focal.NONE,
                1,
                false,
                false,
                1,
                LossConfig.Normaliser.BATCH,
                1,
                LossConfig.PixelDistance.NONE,
                1));
        makers.add(() -> mask(nan, 0));
        makers.add(() -> mask(1, nan));
        makers.add(() -> new AugmentConfig(List.of(nan, 1.0), List.of(1.0, 1.0), 0.5));
        makers.add(() -> new AugmentConfig(List.of(0.5, 1.0), List.of(1.0, nan), 0.5));
        makers.add(() -> new AugmentConfig(List.of(0.5, 1.0), List.of(1.0, 1.0), nan));
        makers.add(() -> new ScheduleConfig(ScheduleConfig.Type.COSINE, nan, 0, 0, 1, List.of(), 0.1));
        makers.add(() -> new ScheduleConfig(ScheduleConfig.Type.MULTISTEP, 0, 0, 0, 1, List.of(nan), 0.1));
        makers.add(() -> new EvaluateConfig(0, 1, 0, 1, 0.07, 1, false, nan));
        makers.add(() -> new VisionTransformerConfig(
                32, 4, 64, 1, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, nan));
        makers.add(() -> new VisionTransformerConfig(
                32, 4, 64, 1, 4, nan, VisionTransformerConfig.Positions.LEARNED, true, 0, 0));

        makers.forEach(maker ->
                assertThatCode(maker::run).isInstanceOf(ConfigException.class).hasMessageContaining("NaN"));
        assertThat(refusal("mask.radius=.nan")).contains("mask.radius=.nan", "'.nan'");
        assertThat(refusal("mask.radius=-.inf")).contains("mask.radius=-.inf");
        assertThat(refusal("mask.radius=NaN")).isEqualTo("mask.radius is \"NaN\", but must be a number or auto");
    }
}
