package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration in a run folder, sound or not. */
final class StoredConfigTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsNoUtf8IsRefusedAndNotReadOtherwise() throws IOException {
        Path file = folder.resolve("config.yaml");
        String yaml = "# photos from Z\u00fcrich\n"
                + ConfigBuilder.toYaml(ConfigBuilder.of(PretrainingConfig.class).build());
        Files.writeString(file, yaml);
        assertThat(StoredConfig.read(PretrainingConfig.class, file)).isNotNull();
        Files.write(file, yaml.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> StoredConfig.read(PretrainingConfig.class, file))
                .isInstanceOf(RunFolderException.class)
                .hasMessageStartingWith(file + " is not UTF-8");
    }
}
