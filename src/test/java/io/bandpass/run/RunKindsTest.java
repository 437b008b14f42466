package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunKindsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mix: {mixup-alpha: 0.2}",
                "classifier: {pooling: mean}",
                "labels: {per-class: 3}",
                "validate: {crop-ratio: 1.0}",
                "loss: {type: bce}"
            })
    void aFileWithKeysThatOnlyFineTuningHasIsOneOfFineTuning(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), text);
        Record config = load(file.toString());

        assertThat(config)
                .isInstanceOf(FinetuningConfig.class)
                .isNotEqualTo(ConfigBuilder.of(FinetuningConfig.class).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "train: {epochs: 3}", "loss: {gamma: 2.0}", "mask: {radius: 8}"})
    void anyOtherFileIsOneOfPreTraining(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), text);
        Record config = load(file.toString());

        assertThat(config).isInstanceOf(PretrainingConfig.class);
    }

    @Test
    void aMistakeIsNamedInTheTermsOfTheKindThatAFileIs() throws IOException {
        Path tuning = Files.writeString(folder.resolve("a.yaml"), "mix: {mixup-alfa: 1}");
        Path training = Files.writeString(folder.resolve("b.yaml"), "mask: {radus: 1}");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(tuning.toString()))
                .withMessageContaining("unknown key mix.mixup-alfa");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(training.toString()))
                .withMessageContaining("unknown key mask.radus");
        assertThat(load("finetune-quick")).isInstanceOf(FinetuningConfig.class);
        assertThat(load("quick")).isInstanceOf(PretrainingConfig.class);
    }

    private static Record load(String recipe) {
        return RunKinds.ofRecipe(recipe).load(recipe, List.of());
    }
}
