package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import java.util.List;
import java.util.OptionalInt;
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
                List.of("/data/a, b: 'c'", "/data/d"));
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
                List.of());
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
}
