package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad setting is refused with one sentence that says what is wrong, where, and what would be right. */
public final class ConfigStrictnessTest {
    private static final String SECTIONS =
            "sections are description, data, augment, encoder, task, mask, decoder, loss,"
                    + " optimizer, schedule, curriculum, train, checkpoint, evaluate";
    private static final String LOSS =
            "target, gamma, radius-exponent, focal, focal-alpha, focal-log, average-spectrum,"
                    + " patch-factor, normaliser, frequency-weight, pixel, pixel-weight";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            trian.epochs=3        | unknown key trian; {sections}; did you mean train?
            Train.epochs=3        | unknown key Train; {sections}; did you mean train?
            banana=3              | unknown key banana; {sections}
            batch-size=3          | unknown key batch-size; {sections}; did you mean train.batch-size?
            decoder.patch-size=3  | unknown key decoder.patch-size; keys of decoder are type, width, depth, heads; did you mean encoder.patch-size of type vit or swin?
            image-size=3          | unknown key image-size; {sections}; did you mean encoder.image-size?
            loss.gama=2           | unknown key loss.gama; keys of loss are {loss}; did you mean gamma?
            loss.beta_squared=2   | unknown key loss.beta_squared; keys of loss are {loss}
            loss.Gamma=2          | unknown key loss.Gamma; keys of loss are {loss}; did you mean gamma?
            """)
    void anUnknownKeyNamesTheKnownOnesAndTheNearest(String setting, String message) {
        assertThat(refusal(setting))
                .isEqualTo("`set` " + setting + ": "
                        + message.replace("{sections}", SECTIONS).replace("{loss}", LOSS));
    }

    @Test
    void anUnknownKeyOfTheEncoderNamesTheTypeWhoseKeysAreListed() {
        assertThat(refusal("encoder.tpye=resnet"))
                .contains("keys of encoder of type vit are type, image-size, patch-size, ")
                .endsWith("; did you mean type?");
        assertThat(refusal("encoder.type=resnet", "encoder.patch-size=4"))
                .contains(
                        "unknown key encoder.patch-size; keys of encoder of type resnet are type, image-size, block, ")
                .endsWith("; did you mean encoder.patch-size of type vit or swin?");
        assertThat(refusal("encoder={type: vit, stages: [1]}"))
                .contains("unknown key encoder.stages; keys of encoder of type vit are ")
                .endsWith("; did you mean encoder.stages of type resnet?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train.epochs", "=3", " =3", ".=3", "train.=3", ".epochs=3", "train..epochs=3", ""})
    void aSettingOfAnotherFormIsRefused(String setting) {
        assertThat(refusal(setting)).isEqualTo("`set` " + setting + " is not of the form section.key=value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train=3", "train=[1]", "train=", "train=null", "encoder=vit", "encoder=", "encoder=[vit]"})
    void aSectionMustHoldKeysAndValues(String setting) {
        String section = setting.substring(0, setting.indexOf('='));

        assertThat(refusal(setting)).isEqualTo("`set` " + setting + ": " + section + " must hold keys and values");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train.epochs=many              | train.epochs is "many", but must be a whole number
            train.epochs=true              | train.epochs is true, but must be a whole number
            train.epochs=1.5               | train.epochs is 1.5, but must be a whole number
            train.epochs='3'               | train.epochs is "3", but must be a whole number
            train.epochs=[3]               | train.epochs is [3], but must be a whole number
            train.epochs.x=3               | train.epochs is {"x":3}, but must be a whole number
            train.epochs=                  | train.epochs is empty, but must be a whole number
            train.epochs=null              | train.epochs is empty, but must be a whole number
            train.threads=some             | train.threads is "some", but must be a whole number or auto
            train.threads=0.5              | train.threads is 0.5, but must be a whole number or auto
            train.threads=none             | train.threads is "none", but must be a whole number or auto
            mask.radius=wide               | mask.radius is "wide", but must be a number or auto
            mask.radius-range=8            | mask.radius-range is 8, but must be a list such as [a, b] or none
            mask.radius-range=[]           | mask.radius-range is [], but must be a list such as [a, b] or none
            mask.radius-range=auto         | mask.radius-range is "auto", but must be a list such as [a, b] or none
            mask.fractions=none            | mask.fractions is "none", but must be a list such as [a, b]
            mask.outer-radius=auto         | mask.outer-radius is "auto", but must be a number or none
            mask.clamp=1                   | mask.clamp is 1, but must be true or false
            loss.gamma=~                   | loss.gamma is empty, but must be a number
            data.mean=0.5                  | data.mean is 0.5, but must be a list such as [a, b]
            data.paths=photos              | data.paths is "photos", but must be a list such as [a, b]
            data.mean=[a, b, c]            | data.mean is "a", but must be a number
            data.paths=[~]                 | data.paths is empty, but must be a word
            description=                   | description is empty, but must be a word
            description=2024               | description is 2024, but must be a word (in quotes where it looks like something else)
            """)
    void aValueOfAnotherTypeIsRefused(String setting, String message) {
        assertThat(refusal(setting)).isEqualTo(message);
    }

    /** Once an arithmetic exception, and for the second key 1. */
    @Test
    void aWholeNumberThatDoesNotFitIsRefusedAndNotCut() {
        assertThat(refusal("train.epochs=3000000000"))
                .isEqualTo("train.epochs is 3000000000, but must be a whole number of at most 2147483647");
        assertThat(refusal("train.micro-batch-size=4294967297"))
                .isEqualTo("train.micro-batch-size is 4294967297, but must be a whole number of at most 2147483647");
        assertThat(refusal("train.epochs=-3000000000"))
                .isEqualTo("train.epochs is -3000000000, but must be a whole number of at least -2147483648");
        assertThat(refusal("train.seed=9223372036854775808"))
                .endsWith("must be a whole number of at most 9223372036854775807");
        assertThat(refusal("train.epochs=1e999")).contains("train.epochs is ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            data.labels=some               | data.labels is 'some', but must be one of auto, none; did you mean none?
            train.device=gpu               | train.device is 'gpu', but must be one of auto, cpu, cuda; did you mean cpu?
            train.precision=fp16           | train.precision is 'fp16', but must be one of auto, fp32, bf16; did you mean fp32?
            mask.shape=sqare               | mask.shape is 'sqare', but must be one of circle, square, rhombus, com, rcom; did you mean square?
            loss.focal=matrix              | loss.focal is 'matrix', but must be one of none, image, batch
            loss.normaliser=images         | loss.normaliser is 'images', but must be one of batch, image; did you mean image?
            loss.pixel=l3                  | loss.pixel is 'l3', but must be one of none, l1, l2; did you mean l1?
            loss.target=maskd              | loss.target is 'maskd', but must be one of auto, masked, full; did you mean masked?
            optimizer.type=adam            | optimizer.type is 'adam', but must be one of adamw, sgd, lamb, lars; did you mean adamw?
            schedule.type=cosin            | schedule.type is 'cosin', but must be one of cosine, linear, step, multistep, constant, poly, poly-after-warmup; did you mean cosine?
            decoder.type=vitt              | decoder.type is 'vitt', but must be one of pixel-shuffle, vit; did you mean vit?
            encoder.positions=sincos       | encoder.positions is 'sincos', but must be one of learned, sin-cos, none; did you mean sin-cos?
            encoder.relative-position=per-bloc | encoder.relative-position is 'per-bloc', but must be one of none, per-block, shared; did you mean per-block?
            """)
    void anUnknownWordNamesTheAllowedOnes(String setting, String message) {
        assertThat(refusal(setting)).isEqualTo(message);
    }

    @Test
    void anUnknownEncoderTypeNamesTheAllowedOnes() {
        assertThat(refusal("encoder.type=mixer"))
                .isEqualTo("`set` encoder.type=mixer: encoder.type is 'mixer', but must be one of vit, resnet, swin,"
                        + " convnext");
        assertThat(refusal("encoder.type=resnt"))
                .endsWith("must be one of vit, resnet, swin, convnext; did you mean resnet?");
        assertThat(refusal("encoder.type=3"))
                .endsWith("encoder.type is '3', but must be one of vit, resnet, swin, convnext");
        assertThat(refusal("encoder.type=resnet", "encoder.block=wide"))
                .isEqualTo("encoder.block is 'wide', but must be one of basic, bottleneck");
    }

    @Test
    void aLongValueIsCutInTheMessage() {
        assertThat(refusal("train.epochs=" + "x".repeat(5000)))
                .startsWith("train.epochs is \"xxx")
                .hasSizeLessThan(200)
                .endsWith("..., but must be a whole number");
    }

    public static String refusal(String... settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        ConfigException[] refused = new ConfigException[1];
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> {
                    List.of(settings).forEach(builder::set);
                    builder.build();
                })
                .satisfies(e -> refused[0] = e);
        return String.valueOf(refused[0].getMessage());
    }
}
