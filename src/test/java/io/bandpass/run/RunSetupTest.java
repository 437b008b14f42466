package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.testing.Configs;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunSetupTest {
    private static DataConfig located(String path, String index) {
        PretrainingConfig run = Configs.run(Configs.vitTiny(), 4);
        DataConfig data = run.data().withPaths(List.of(path)).withIndex(index);
        return RunSetup.locate(ConfigBuilder.with(run, data)).data();
    }

    @Test
    void dataAndIndexAreNamedByAbsolutePaths() {
        DataConfig data = located("photos/*.jpg", "cache/here");
        assertThat(data.paths())
                .containsExactly(Path.of("").toAbsolutePath().resolve("photos") + File.separator + "*.jpg");
        assertThat(data.index())
                .isEqualTo(Path.of("cache", "here").toAbsolutePath().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "none"})
    void wordsForTheIndexStay(String word) {
        assertThat(located("photos", word).index()).isEqualTo(word);
    }
}
