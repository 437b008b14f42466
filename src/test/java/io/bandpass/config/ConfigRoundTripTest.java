package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to a run folder reads back to the same, and what changed is told. */
final class ConfigRoundTripTest {
    static List<String> names() {
        return Recipes.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyRecipeReadsBackToTheSame(String name) {
        PretrainingConfig config = Recipes.load(name).build();

        assertThat(back(config)).isEqualTo(config);
    }

    @Test
    void everyKindOfValueReadsBackToTheSame() {
        PretrainingConfig config = Recipes.load("resnet18")
                .set("optimizer.learning-rate=1e-300")
                .set("schedule.milestone-epochs=[1e7, 1.2345678901234567e22, 3]")
                .set("schedule.min-learning-rate=4.9e-324")
                .set("train.seed=-9223372036854775808")
                .set("train.micro-batch-size=7")
                .set("mask.radius=2.2857142857142856")
                .set("mask.outer-radius=1e8")
                .set("mask.radius-range=[1.5, 2.2857142857142856]")
                .set("mask.clamp=false")
                .set("loss={focal: batch, normaliser: image, patch-factor: 1, pixel: l1, pixel-weight: 0.1}")
                .build();

        assertThat(back(config)).isEqualTo(config);
        assertThat(config.mask().radiusRange()).containsExactly(1.5, 2.2857142857142856);
    }

    /** Once written without quotes, and refused or changed when a run was resumed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "2024",
                "1.5",
                "1e3",
                "+1",
                "0x10",
                "1_000",
                ".inf",
                ".nan",
                "1:30",
                "2024-01-01",
                "null",
                "~",
                "yes",
                "no",
                "true",
                "auto",
                "none",
                "-",
                "- a",
                "a: b",
                "a #b",
                "#a",
                "*a",
                "&a",
                "!a",
                "%a",
                "@a",
                "|",
                ">",
                "{",
                "[",
                "]",
                ",",
                "'",
                "\"",
                "\\",
                "=",
                "<<",
                "---",
                "...",
                " a ",
                "a\nb \n",
                "tab\t",
                "\u0007",
                "\u00e9",
                "\ud83d\ude00",
                "\u2028",
                "C:\\Users\\x",
                "/data/2024",
                "photos/*.jpg"
            })
    void everyTextReadsBackToTheSame(String text) {
        PretrainingConfig config = withTexts(text, List.of(text, "a", text));

        assertThat(back(config)).isEqualTo(config);
    }

    @Test
    void anyTextReadsBackToTheSame() {
        String alphabet = "ab01.:-#'\"\\ \n\t,[]{}&*!|>%@`~?=<+_/e\u00e9";
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(1, 120); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            PretrainingConfig config = withTexts(text.toString(), List.of(text.toString()));
            assertThat(back(config)).isEqualTo(config);
        }
    }

    @Test
    void whatWasWrittenIsCompleteSoThatLaterDefaultsDoNotChangeIt() {
        String yaml = ConfigBuilder.toYaml(Recipes.load("quick-resnet").build());
        String without = yaml.replace("  gamma: 1.0\n", "");

        assertThat(without).isNotEqualTo(yaml);
        assertThat(RecordBinder.bind(StrictYaml.read(yaml, "my.yaml"), PretrainingConfig.class))
                .isEqualTo(Recipes.load("quick-resnet").build());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> RecordBinder.bind(StrictYaml.read(without, "my.yaml"), PretrainingConfig.class))
                .withMessage("loss.gamma has no value");
    }

    @Test
    void thereIsNoDifferenceBetweenEqualSettings() {
        assertThat(ConfigDifference.between(
                        Recipes.load("quick-vit").build(),
                        Recipes.load("quick-vit").build()))
                .isEmpty();
    }

    @Test
    void everyChangedSettingIsNamedWithBothValuesInTheOrderOfTheKeys() {
        PretrainingConfig stored = Recipes.load("vit-tiny").build();
        PretrainingConfig changed = Recipes.load("vit-tiny")
                .set("train.epochs=7")
                .set("optimizer.learning-rate=0.01")
                .set("data.paths=[a]")
                .build();

        assertThat(ConfigDifference.between(stored, changed))
                .extracting(ConfigDifference::toString)
                .containsExactly(
                        "data.paths: [] -> [\"a\"]",
                        "optimizer.base-learning-rate: 3.0E-4 -> \"none\"",
                        "optimizer.learning-rate: \"none\" -> 0.01",
                        "train.epochs: 300 -> 7");
    }

    @Test
    void keysThatOnlyOneEncoderHasAreDifferencesTooAndSortedAmongTheOthers() {
        PretrainingConfig vit = Recipes.load("vit-tiny").build();
        PretrainingConfig resnet = Recipes.load("resnet18").set("train.seed=1").build();

        List<ConfigDifference> differences = ConfigDifference.between(vit, resnet);

        assertThat(differences)
                .contains(
                        new ConfigDifference("encoder.patch-size", "4", "nothing"),
                        new ConfigDifference("encoder.stem-width", "nothing", "64"),
                        new ConfigDifference("encoder.type", "\"vit\"", "\"resnet\""));
        assertThat(differences).extracting(ConfigDifference::key).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void noListOfAConfigurationCanBeChanged() {
        for (String recipe : List.of("vit-tiny", "resnet50")) {
            List<List<?>> lists = new ArrayList<>();
            collectLists(Recipes.load(recipe).build(), lists);
            assertThat(lists)
                    .hasSizeGreaterThanOrEqualTo(7)
                    .allSatisfy(list -> assertThat(list).isUnmodifiable());
        }
    }

    @Test
    void aListThatARecordWasMadeOfCanChangeWithoutChangingTheRecord() {
        List<Double> area = new ArrayList<>(List.of(0.5, 1.0));
        List<Double> milestones = new ArrayList<>(List.of(3.0));
        List<Integer> stages = new ArrayList<>(List.of(1));
        AugmentConfig augment = new AugmentConfig(area, List.of(1.0, 1.0), 0.5);
        ScheduleConfig schedule = new ScheduleConfig(ScheduleConfig.Type.MULTISTEP, 0, 0, 0, 1, milestones, 0.1);
        ResNetConfig resnet =
                new ResNetConfig(32, ResNetConfig.Block.BASIC, stages, List.of(8), List.of(), 8, 3, 1, false);

        area.set(0, -1.0);
        milestones.add(-1.0);
        stages.add(-1);

        assertThat(augment.cropArea()).containsExactly(0.5, 1.0);
        assertThat(schedule.milestoneEpochs()).containsExactly(3.0);
        assertThat(resnet.stages()).containsExactly(1);
    }

    private static PretrainingConfig back(PretrainingConfig config) {
        return ConfigBuilder.fromYaml(PretrainingConfig.class, ConfigBuilder.toYaml(config), "written");
    }

    private static PretrainingConfig withTexts(String description, List<String> paths) {
        PretrainingConfig base = Recipes.load("resnet50").build();
        DataConfig data = base.data();
        return new PretrainingConfig(
                description,
                data.withPaths(paths),
                base.augment(),
                base.encoder(),
                base.task(),
                base.mask(),
                base.decoder(),
                base.loss(),
                base.optimizer(),
                base.schedule(),
                base.curriculum(),
                base.train(),
                base.checkpoint(),
                base.evaluate());
    }

    private static void collectLists(Record record, List<List<?>> lists) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(record);
                if (value instanceof List<?> list) {
                    lists.add(list);
                } else if (value instanceof Record section) {
                    collectLists(section, lists);
                }
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
    }
}
