package io.bandpass.config;

import static io.bandpass.config.ConfigStrictnessTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The default ViT has 224 px and patches of 16 px, and trains for 300 epochs. */
final class CurriculumConfigTest {
    private static final String STARTS = "curriculum.start-epochs=[0, 200]";
    private static final String SIZES = "curriculum.image-sizes=[112, 224]";

    private static PretrainingConfig config(String... settings) {
        ConfigBuilder<PretrainingConfig> builder =
                ConfigBuilder.of(PretrainingConfig.class).set(STARTS).set(SIZES);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    private static String refused(String... settings) {
        return refusal(
                Stream.concat(Stream.of(STARTS, SIZES), Stream.of(settings)).toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            start-epochs=[1, 200]    | start-epochs is [1.0, 200.0], but must be [] or numbers that begin with 0 and ascend
            start-epochs=[0, 0]      | start-epochs is [0.0, 0.0], but must be [] or numbers that begin with 0 and ascend
            start-epochs=[0, 1e999]  | start-epochs is [0.0, Infinity], but must be [] or numbers that begin with 0 and ascend
            start-epochs=[0, 300]    | start-epochs is [0.0, 300.0], but must be a list that ends below train.epochs 300, or the last stage never begins
            start-epochs=[]          | image-sizes is [112, 224], but must be as many sizes as curriculum.start-epochs has numbers, 0
            image-sizes=[224]        | image-sizes is [224], but must be as many sizes as curriculum.start-epochs has numbers, 2
            image-sizes=[224, 224]   | image-sizes is [224, 224], but must be whole numbers above 0 that ascend, as low frequencies come first
            image-sizes=[0, 224]     | image-sizes is [0, 224], but must be whole numbers above 0 that ascend, as low frequencies come first
            image-sizes=[112, 192]   | image-sizes is [112, 192], but must be a list that ends with encoder.image-size 224, which the weights are for
            image-sizes=[100, 224]   | image-sizes has 100, at which the run is not possible: encoder.image-size 100 does not fit patch size 16: the nearest that do are 96 and 112
            radii=[8]                | radii is [8.0], but must be [] or as many radii as curriculum.start-epochs has numbers, 2
            radii=[0, 16]            | radii is [0.0, 16.0], but must be numbers above 0
            radii=[8, 12]            | radii is [8.0, 12.0], but must be a list that ends with mask.radius 16.0, which pictures are made with
            radii=[80, 16]           | image-sizes has 112, at which the run is not possible: mask.radius is 80.0, but must be at most 79.20 for images of 112 px, or it keeps every frequency
            """)
    void aRefusalNamesTheKeyAndWhatWouldBeRight(String setting, String message) {
        assertThat(refused("curriculum." + setting)).isEqualTo("curriculum." + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mask.shape=com                                   | the shape com has no radius
            mask.radius-range=[8, 16]                        | [] beside mask.radius-range
            task.type=denoise                                | []: only the task mfm has a mask
            """)
    void radiiAreRefusedWhereThereIsNoSuchRadius(String setting, String message) {
        assertThat(refused("curriculum.radii=[8, 16]", setting))
                .startsWith("curriculum.radii is [8.0, 16.0], but must be []")
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            task={type: simmim, block-size: 32}                       | task.block-size is 32, but must be 16 for images of 112 px
            task={type: super-resolution, factor: 120}                | task.factor is 120, but must be at most the image size, 112
            task={type: deblur, kernel-sizes: [301]}                  | task.kernel-sizes has 301, but must hold at most 223
            loss.patch-factor=32                                      | encoder.image-size 112 does not fit stride 16 and loss.patch-factor 32 together
            encoder={type: swin}                                      | encoder.image-size 112 does not fit stride 32
            mask={shape: com, fractions: [0.00003]}                   | mask.fractions
            """)
    void everyStageMustFitEncoderMaskLossAndTask(String setting, String message) {
        assertThat(refused(setting))
                .startsWith("curriculum.image-sizes has 112, at which the run is not possible: ")
                .contains(message);
    }

    @Test
    void everyRadiusOfAStageGrowsWithItsImages() {
        PretrainingConfig first =
                config("mask={radius: 12, outer-radius: 40}").stages().get(0);
        assertThat(first.encoder().imageSize()).isEqualTo(112);
        assertThat(first.mask().at(112).radius()).isEqualTo(6);
        assertThat(first.mask().outerRadius()).hasValue(20);
        assertThat(config().stages())
                .extracting(
                        stage -> stage.mask().at(stage.encoder().imageSize()).radius())
                .containsExactly(8.0, 16.0);
        assertThat(config("mask.radius-range=[8, 20]").stages().get(0).mask().radiusRange())
                .containsExactly(4.0, 10.0);
        assertThat(config("curriculum.radii=[10, 16]").stages())
                .extracting(
                        stage -> stage.mask().at(stage.encoder().imageSize()).radius())
                .containsExactly(10.0, 16.0);
    }

    @Test
    void theLastStageIsTheRunWithoutCurriculum() {
        PretrainingConfig config = config();
        assertThat(config.stages().get(1)).isEqualTo(config.withoutCurriculum());
        PretrainingConfig plain = ConfigBuilder.of(PretrainingConfig.class).build();
        assertThat(plain.stages()).containsExactly(plain);
        assertThat(config.withoutCurriculum()).isEqualTo(plain);
    }
}
