package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Which layer wins: the defaults, then the recipe, then single settings in their order. */
final class ConfigLayersTest {
    @Test
    void aRecipeWinsOverTheDefaultsAndASettingOverTheRecipe() {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        assertThat(builder.build().train().epochs()).isEqualTo(300);

        builder.yaml("train: {epochs: 20, batch-size: 64}", "recipe");
        assertThat(builder.build().train().epochs()).isEqualTo(20);

        builder.set("train.epochs=3");
        assertThat(builder.build().train().epochs()).isEqualTo(3);
        assertThat(builder.build().train().batchSize())
                .as("what only the recipe says")
                .isEqualTo(64);
        assertThat(builder.build().train().logEverySteps())
                .as("what nobody says")
                .isEqualTo(10);

        builder.set("train.epochs=4");
        assertThat(builder.build().train().epochs()).as("the last setting").isEqualTo(4);
    }

    @Test
    void aSectionThatIsSetChangesOnlyTheKeysItHolds() {
        PretrainingConfig config = ConfigBuilder.of(PretrainingConfig.class)
                .set("train={epochs: 3, seed: 5}")
                .build();

        assertThat(differences(config)).containsExactly("train.epochs: 300 -> 3", "train.seed: 0 -> 5");
    }

    @Test
    void aListReplacesAListAsAWhole() {
        PretrainingConfig config = ConfigBuilder.of(PretrainingConfig.class)
                .yaml("schedule: {milestone-epochs: [3, 6, 9]}", "recipe")
                .set("schedule.milestone-epochs=[5]")
                .build();

        assertThat(config.schedule().milestoneEpochs()).containsExactly(5.0);
    }

    @Test
    void aValueIsYamlSoItMayHoldEqualsSignsSpacesAndQuotes() {
        PretrainingConfig config = ConfigBuilder.of(PretrainingConfig.class)
                .set("description=a=b, c")
                .set(" train.epochs = 3 ")
                .set("data.paths=['photos of 2024', x.txt]")
                .build();

        assertThat(config.description()).isEqualTo("a=b, c");
        assertThat(config.train().epochs()).isEqualTo(3);
        assertThat(config.data().paths()).containsExactly("photos of 2024", "x.txt");
    }

    @Test
    void numbersMayBeWrittenInAnyUsualForm() {
        for (String rate : List.of("0.001", "1e-3", "1.0e-3", "1E-3", ".001", "+0.001")) {
            assertThat(ConfigBuilder.of(PretrainingConfig.class)
                            .set("optimizer.learning-rate=" + rate)
                            .build()
                            .optimizer()
                            .learningRate())
                    .as(rate)
                    .hasValue(0.001);
        }
        assertThat(ConfigBuilder.of(PretrainingConfig.class)
                        .set("train.epochs=1e2")
                        .build()
                        .train()
                        .epochs())
                .isEqualTo(100);
        assertThat(ConfigBuilder.of(PretrainingConfig.class)
                        .set("data.max-pixels=1e12")
                        .build()
                        .data()
                        .maxPixels())
                .isEqualTo(1_000_000_000_000L);
        assertThat(ConfigBuilder.of(PretrainingConfig.class)
                        .set("train.seed=-9223372036854775808")
                        .build()
                        .train()
                        .seed())
                .isEqualTo(Long.MIN_VALUE);
        assertThat(ConfigBuilder.of(PretrainingConfig.class)
                        .set("mask.radius=8")
                        .build()
                        .mask()
                        .radius())
                .hasValue(8);
    }

    @Test
    void optionalValuesHaveAWordForEmpty() {
        PretrainingConfig config = Recipes.load("resnet50")
                .set("mask.radius=auto")
                .set("mask.outer-radius=20")
                .set("mask.outer-radius=none")
                .set("train.threads=2")
                .set("train.threads=auto")
                .build();

        assertThat(config.mask().radius()).isEmpty();
        assertThat(config.mask().outerRadius()).isEmpty();
        assertThat(config.train().threads()).isEmpty();
    }

    @Test
    void theAutomaticRadiusFollowsTheImageSize() {
        MaskConfig mask = ConfigBuilder.of(PretrainingConfig.class).build().mask();

        assertThat(mask.at(224).radius()).isEqualTo(16);
        assertThat(mask.at(28).radius()).isEqualTo(2);
        assertThat(mask.at(32).radius()).isEqualTo(16 * 32 / 224.0);
        assertThat(new MaskConfig(OptionalDouble.of(3), OptionalDouble.empty(), 0.5, true)
                        .at(224)
                        .radius())
                .isEqualTo(3);
    }

    @Test
    void anAbsoluteRateReplacesTheOnePer512ImagesAndTheOtherWayRound() {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        assertThat(builder.build().optimizer().baseLearningRate()).hasValue(3e-4);

        builder.set("optimizer.learning-rate=0.01");
        assertThat(builder.build().optimizer().learningRate()).hasValue(0.01);
        assertThat(builder.build().optimizer().baseLearningRate()).isEmpty();

        builder.set("optimizer.base-learning-rate=0.02");
        assertThat(builder.build().optimizer().baseLearningRate()).hasValue(0.02);
        assertThat(builder.build().optimizer().learningRate()).isEmpty();
    }

    @Test
    void oneLayerCannotSetBothRatesAndNoneIsNotEnough() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ConfigBuilder.of(PretrainingConfig.class)
                        .yaml("optimizer: {base-learning-rate: 1.0e-3, learning-rate: 1.0e-3}", "my.yaml"))
                .withMessage("my.yaml sets both optimizer.base-learning-rate and optimizer.learning-rate;"
                        + " keep one of them");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ConfigBuilder.of(PretrainingConfig.class)
                        .set("optimizer.base-learning-rate=none")
                        .build())
                .withMessageStartingWith("optimizer.learning-rate is not set, nor is base-learning-rate");
    }

    @Test
    void anotherEncoderTypeKeepsTheImageSizeAndForgetsTheOldGeometry() {
        PretrainingConfig config = Recipes.load("vit-tiny")
                .set("encoder.type=resnet")
                .set("encoder.stem-width=32")
                .build();

        assertThat(config.encoder()).isInstanceOfSatisfying(ResNetConfig.class, resnet -> {
            assertThat(resnet.imageSize()).isEqualTo(32);
            assertThat(resnet.stemWidth()).isEqualTo(32);
            assertThat(resnet.stages()).containsExactly(3, 4, 6, 3);
        });
        assertThat(Recipes.load("vit-tiny").set("encoder.type=vit").build())
                .as("the same type changes nothing")
                .isEqualTo(Recipes.load("vit-tiny").build());
    }

    @Test
    void aTypeThatIsRefusedLeavesTheBuilderAsItWas() {
        ConfigBuilder<PretrainingConfig> builder = Recipes.load("vit-tiny");

        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.set("encoder.type=mixer"));

        assertThat(builder.build()).isEqualTo(Recipes.load("vit-tiny").build());
    }

    private static List<String> differences(PretrainingConfig config) {
        return ConfigDifference.between(
                        ConfigBuilder.of(PretrainingConfig.class).build(), config)
                .stream()
                .map(ConfigDifference::toString)
                .toList();
    }
}
