package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ComparisonConfigTest {
    private static ComparisonConfig config(
            List<String> tasks, List<String> encoders, List<String> settings, List<String> finetuneSettings) {
        return new ComparisonConfig(
                "quick-vit",
                tasks,
                encoders,
                3,
                5,
                OptionalInt.of(20),
                "finetune-quick",
                OptionalInt.empty(),
                OptionalInt.empty(),
                settings,
                finetuneSettings,
                List.of(),
                List.of("/data/a, b: 'c'", "/data/d"),
                SegmentationPlan.NONE,
                RobustnessPlan.NONE);
    }

    private static ComparisonConfig config(List<String> tasks, List<String> encoders) {
        return config(tasks, encoders, List.of(), List.of());
    }

    @Test
    void readsBackToTheSame() {
        ComparisonConfig config = config(
                List.of("scratch", "mfm", "quick-mae"),
                List.of("vit-tiny", "resnet18"),
                List.of("encoder.stages=[1, 1]", "augment.rand-augment=none"),
                List.of());
        assertThat(ComparisonConfig.fromYaml(config.toYaml(), "plan.yaml")).isEqualTo(config);
    }

    @Test
    void readsBackWithoutFewLabels() {
        ComparisonConfig config = new ComparisonConfig(
                "quick",
                List.of("mfm"),
                List.of("quick"),
                1,
                1,
                OptionalInt.empty(),
                "finetune-quick",
                OptionalInt.of(3),
                OptionalInt.of(4),
                List.of(),
                List.of("train.batch-size=8"),
                List.of(),
                List.of(),
                SegmentationPlan.NONE,
                RobustnessPlan.NONE);
        assertThat(config.toYaml()).contains("few-labels: none");
        assertThat(ComparisonConfig.fromYaml(config.toYaml(), "plan.yaml")).isEqualTo(config);
    }

    @Test
    void aKeyThatNoPlanHasIsRefused() {
        String text = config(List.of("mfm"), List.of("quick")).toYaml() + "sedes: 3\n";
        assertThatThrownBy(() -> ComparisonConfig.fromYaml(text, "plan.yaml"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("plan.yaml")
                .hasMessageContaining("did you mean seeds?");
    }

    @Test
    void anUnknownTaskIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> config(List.of("scratch", "denoice"), List.of("quick")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`tasks` has 'denoice'")
                .hasMessageContaining("did you mean denoise?");
    }

    @Test
    void aNameThatComesTwiceIsRefused() {
        assertThatThrownBy(() -> config(List.of("mfm"), List.of("quick", "quick")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`encoders` has quick twice");
        assertThatThrownBy(() -> config(List.of(), List.of("quick")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`tasks` is []");
    }

    @ParameterizedTest
    @CsvSource({
        "train.epochs=3, `budget`",
        "train.seed=3, `seeds`",
        "task.type=mae, `tasks`",
        "encoder.type=vit, `encoders`",
        "data.paths=[a], `data`"
    })
    void whatThePlanSettlesCannotBeSet(String setting, String right) {
        assertThatThrownBy(() -> config(List.of("mfm"), List.of("quick"), List.of(setting), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`set` " + setting)
                .hasMessageContaining("give it with " + right);
    }

    @ParameterizedTest
    @CsvSource({"train.epochs=3, `finetune-epochs`", "labels.per-class=3, `few-labels`"})
    void whatThePlanSettlesCannotBeSetForFineTuning(String setting, String right) {
        assertThatThrownBy(() -> config(List.of("mfm"), List.of("quick"), List.of(), List.of(setting)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`finetune-set` " + setting)
                .hasMessageContaining("give it with " + right);
    }

    private static ComparisonConfig config(String finetuneRecipe, OptionalInt fewEpochs, SegmentationPlan segment) {
        return new ComparisonConfig(
                "quick",
                List.of("mfm"),
                List.of("quick"),
                1,
                1,
                OptionalInt.empty(),
                finetuneRecipe,
                OptionalInt.empty(),
                fewEpochs,
                List.of(),
                List.of(),
                List.of(),
                List.of("/data/a"),
                segment,
                RobustnessPlan.NONE);
    }

    private static SegmentationPlan segmentation(String... settings) {
        return new SegmentationPlan(
                List.of("/data/b, c: 'd'"), "auto", OptionalInt.of(10), OptionalInt.of(50), List.of(settings));
    }

    @Test
    void readsBackWithMasks() {
        ComparisonConfig config = config("none", OptionalInt.empty(), segmentation("head.width=32"));
        assertThat(config.toYaml()).contains("  few-masks: 10\n", "  steps: 50\n");
        assertThat(ComparisonConfig.fromYaml(config.toYaml(), "plan.yaml")).isEqualTo(config);
        assertThat(config.paths()).containsExactly("/data/a", "/data/b, c: 'd'");
    }

    @Test
    void aPlanOfAVersionWithoutSegmentationReadsAsOneWithoutMasks() {
        ComparisonConfig config = config("finetune-quick", OptionalInt.empty(), SegmentationPlan.NONE);
        String text = config.toYaml();
        String old = text.substring(0, text.indexOf("segment:"));
        assertThat(ComparisonConfig.fromYaml(old, "plan.yaml")).isEqualTo(config);
    }

    @Test
    void aPlanOfAVersionWithoutAGridReadsAsOneWithoutSettingsToChoose() {
        ComparisonConfig config = config("finetune-quick", OptionalInt.empty(), SegmentationPlan.NONE);
        String text = config.toYaml();
        assertThat(text).contains("finetune-grid: []\n");
        assertThat(ComparisonConfig.fromYaml(text.replace("finetune-grid: []\n", ""), "plan.yaml"))
                .isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource({
        "train.epochs=3, `segment-steps`",
        "train.steps=3, `segment-steps`",
        "train.seed=3, `seeds`",
        "masks.images=3, `few-masks`",
        "encoder.type=vit, `encoders`",
        "data.paths=[a], `segment`"
    })
    void whatThePlanSettlesCannotBeSetForSegmentation(String setting, String right) {
        assertThatThrownBy(() -> segmentation(setting))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`segment-set` " + setting)
                .hasMessageContaining("give it with " + right);
    }

    @Test
    void optionsOfSegmentationNeedMasks() {
        OptionalInt none = OptionalInt.empty();
        OptionalInt five = OptionalInt.of(5);
        assertRefused("`few-masks`", () -> new SegmentationPlan(List.of(), "auto", five, none, List.of()));
        assertRefused("`segment-steps`", () -> new SegmentationPlan(List.of(), "auto", none, five, List.of()));
        assertRefused("`segment-recipe`", () -> new SegmentationPlan(List.of(), "mine", none, none, List.of()));
        assertRefused("`segment-set`", () -> new SegmentationPlan(List.of(), "auto", none, none, List.of("a.b=1")));
        assertThatThrownBy(() -> new SegmentationPlan(List.of("/a"), "auto", OptionalInt.of(0), none, List.of()))
                .hasMessageContaining("`few-masks` is 0");
        assertThatThrownBy(() -> config("none", five, segmentation()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`few-epochs`");
    }

    private static void assertRefused(String option, ThrowingCallable plan) {
        assertThatThrownBy(plan)
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(option)
                .hasMessageContaining("with `segment`");
    }

    @Test
    void partsOfRobustnessAreCheckedAgainstTheirWords() {
        assertThat(RobustnessPlan.words()).contains("fgsm", "apgd-t", "corruptions", "bands", "fourier");
        assertThatThrownBy(() -> new RobustnessPlan(List.of("fgsm", "pdg"), 500))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("`robustness` has 'pdg', but must hold any of fgsm, pgd, ")
                .hasMessageEndingWith("; did you mean pgd?");
        assertThatThrownBy(() -> new RobustnessPlan(List.of("bands", "bands"), 500))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`robustness` has bands twice");
        assertThatThrownBy(() -> new RobustnessPlan(List.of("bands"), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`robustness-images` is 0");
        assertThatThrownBy(() -> new RobustnessPlan(List.of(), 100))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("with `robustness`");
    }

    @Test
    void robustnessNeedsClassifiers() {
        assertThatThrownBy(() -> new ComparisonConfig(
                        "quick",
                        List.of("mfm"),
                        List.of("quick"),
                        1,
                        1,
                        OptionalInt.empty(),
                        "none",
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("/data/a"),
                        segmentation(),
                        new RobustnessPlan(List.of("pgd"), 500)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`finetune-recipe` is none, so there are no classifiers whose `robustness`");
    }
}
