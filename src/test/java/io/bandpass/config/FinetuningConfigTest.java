package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration of fine-tuning: its ranges, and how it is written and built over weights. */
final class FinetuningConfigTest {
    private static String refusal(String... settings) {
        ConfigException[] refused = new ConfigException[1];
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> with(settings))
                .satisfies(e -> refused[0] = e);
        return String.valueOf(refused[0].getMessage());
    }

    private static FinetuningConfig with(String... settings) {
        ConfigBuilder<FinetuningConfig> builder = ConfigBuilder.of(FinetuningConfig.class);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            labels.per-class=0                | 0, but must be a whole number above 0
            labels.held-out-fraction=0        | 0.0, but must be between 0 and 1
            labels.held-out-fraction=1        | 1.0, but must be between 0 and 1
            mix.mixup-alpha=-0.1              | -0.1, but must be a number of at least 0
            mix.label-smoothing=1             | 1.0, but must be from 0 to below 1
            classifier.pooling=max            | "'max', but must be one of auto, mean, cls; did you mean mean?"
            classifier.head-init-scale=0      | 0.0, but must be a number above 0
            loss.type=mse                     | "'mse', but must be one of ce, bce; did you mean ce?"
            loss.bce-target-threshold=1       | 1.0, but must be none or from 0 to below 1
            loss.bce-target-threshold=-0.1    | -0.1, but must be none or from 0 to below 1
            validate.every-epochs=-1          | -1.0, but must be a number of at least 0
            validate.image-size=0             | 0, but must be a whole number above 0
            validate.image-size=240           | 240, but must be auto or encoder.image-size, 224, for which this encoder has its positions
            validate.crop-ratio=0             | 0.0, but must be above 0 and at most 1
            validate.crop-ratio=1.01          | 1.01, but must be above 0 and at most 1
            validate.batch-size=0             | 0, but must be a whole number above 0
            validate.stop-after-epochs=0      | 0.0, but must be a number above 0
            """)
    void whatIsOutOfRangeIsNamedWithWhatWouldBeRight(String setting, String message) {
        assertThat(refusal(setting)).isEqualTo(setting.substring(0, setting.indexOf('=')) + " is " + message);
    }

    @Test
    void aClassTokenIsThatOfAViTOnly() {
        assertThat(with("classifier.pooling=cls").pooling()).hasToString("cls");
        assertThat(with().pooling()).hasToString("mean");
        assertThat(refusal("encoder.type=resnet", "classifier.pooling=cls"))
                .isEqualTo("classifier.pooling is cls, but must be auto or mean, as this encoder has no class token");
    }

    @Test
    void anEncoderWithoutPositionsIsValidatedAtAnySizeThatItsStrideDivides() {
        assertThat(with("encoder.type=resnet", "validate.image-size=288").validationSize())
                .isEqualTo(288);
        assertThat(with("encoder.type=convnext").validationSize()).isEqualTo(224);
        assertThat(refusal("encoder.type=resnet", "validate.image-size=290"))
                .isEqualTo("validate.image-size is 290, but must be a multiple of the encoder's stride, 32");
        assertThat(refusal("encoder.type=swin", "validate.image-size=448"))
                .startsWith("validate.image-size is 448, but must be auto or encoder.image-size, 224");
    }

    @Test
    void aSectionOfPreTrainingIsUnknown() {
        assertThat(refusal("mask.radius=8"))
                .isEqualTo("`set` mask.radius=8: unknown key mask; sections are description, data, labels, augment,"
                        + " mix, encoder, classifier, loss, optimizer, schedule, train, checkpoint, validate");
        assertThat(refusal("loss.gamma=2")).contains("unknown key loss.gamma; keys of loss are type");
    }

    static List<String> names() {
        return Recipes.names(FinetuningConfig.class);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyRecipeReadsBackToTheSame(String name) {
        FinetuningConfig config = Recipes.load(FinetuningConfig.class, name).build();

        assertThat(back(config)).isEqualTo(config);
    }

    @Test
    void everyKindOfValueReadsBackToTheSame() {
        FinetuningConfig config = with(
                "labels.per-class=13",
                "loss={type: bce, bce-target-threshold: 0.2}",
                "encoder={type: convnext, image-size: 64}",
                "validate={image-size: 96, stop-after-epochs: 2.5, every-epochs: 0.25}");

        assertThat(back(config)).isEqualTo(config);
        assertThat(config.labels().perClass()).isEqualTo(OptionalInt.of(13));
        assertThat(config.validate().stopAfterEpochs()).hasValue(2.5);
    }

    private static FinetuningConfig back(FinetuningConfig config) {
        return ConfigBuilder.fromYaml(FinetuningConfig.class, ConfigBuilder.toYaml(config), "written");
    }

    private static PretrainingConfig weights(String... settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    @Test
    void theEncoderOfTheWeightsStandsInPlaceOfThatOfTheRecipe() {
        PretrainingConfig weights = weights(
                "encoder={type: vit, image-size: 32, patch-size: 4, width: 64, depth: 2, heads: 2, qkv-bias: false}",
                "data={mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6]}");

        FinetuningConfig config = ConfigBuilder.of(FinetuningConfig.class)
                .yaml("encoder: {type: resnet, widths: [8, 8, 8, 8]}", "recipe")
                .pretrained(EncoderDescription.of(weights), "weights")
                .build();

        VisionTransformerConfig encoder = (VisionTransformerConfig) config.encoder();
        VisionTransformerConfig expected = (VisionTransformerConfig) weights.encoder();
        assertThat(encoder.withImageSize(32))
                .isEqualTo(with("encoder={type: vit, image-size: 32, patch-size: 4, width: 64, depth: 2, heads: 2,"
                                + " qkv-bias: false}")
                        .encoder());
        assertThat(encoder.patchSize()).isEqualTo(expected.patchSize());
        assertThat(config.data().mean()).containsExactly(0.1, 0.2, 0.3);
        assertThat(config.data().std()).containsExactly(0.4, 0.5, 0.6);
    }

    @Test
    void imageSizeDropPathAndNormalisationStayWhereTheyWereAskedFor() {
        PretrainingConfig weights = weights(
                "encoder={type: vit, image-size: 32, patch-size: 4, width: 64, depth: 2, heads: 2, drop-path: 0.3}",
                "data.mean=[0.1, 0.2, 0.3]");

        FinetuningConfig asked = ConfigBuilder.of(FinetuningConfig.class)
                .yaml("encoder: {image-size: 48, drop-path: 0.25}\ndata: {mean: [0.5, 0.5, 0.5]}", "recipe")
                .pretrained(EncoderDescription.of(weights), "weights")
                .build();
        FinetuningConfig unasked = ConfigBuilder.of(FinetuningConfig.class)
                .pretrained(EncoderDescription.of(weights), "weights")
                .build();

        assertThat(asked.encoder().imageSize()).isEqualTo(48);
        assertThat(((VisionTransformerConfig) asked.encoder()).dropPath()).isEqualTo(0.25);
        assertThat(asked.encoder().width()).isEqualTo(64);
        assertThat(asked.data().mean()).containsExactly(0.5, 0.5, 0.5);
        assertThat(unasked.encoder().imageSize()).isEqualTo(32);
        assertThat(((VisionTransformerConfig) unasked.encoder()).dropPath())
                .as("the default of fine-tuning, not that of the weights")
                .isEqualTo(0.1);
        assertThat(unasked.data().mean()).containsExactly(0.1, 0.2, 0.3);
    }

    @Test
    void aSettingAfterTheWeightsWins() {
        FinetuningConfig config = ConfigBuilder.of(FinetuningConfig.class)
                .pretrained(EncoderDescription.of(weights("encoder={type: resnet, image-size: 64}")), "weights")
                .set("encoder.image-size=96")
                .build();

        assertThat(config.encoder()).isInstanceOf(ResNetConfig.class);
        assertThat(config.encoder().imageSize()).isEqualTo(96);
    }
}
