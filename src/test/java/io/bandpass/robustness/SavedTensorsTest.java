package io.bandpass.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SavedTensorsTest {
    @TempDir
    Path folder;

    @Test
    void aDiskThatIsTooSmallIsRefusedBeforeAnythingIsMeasured() {
        Path file = Path.of("t.safetensors");
        assertThatCode(() -> SavedTensors.requireRoom(file, 5_000_000_000L, 10_000_000_000L))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> SavedTensors.requireRoom(file, 5_000_000_001L, 10_000_000_000L))
                .isInstanceOfSatisfying(
                        BandpassException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(BandpassException.Kind.FAILURE))
                .hasMessage(
                        "the tensors take 5,000.0 MB, and as much again until t.safetensors is complete, but its disk has"
                                + " only 10,000.0 MB left: take fewer images with `limit`, or fewer attacks, corruptions and"
                                + " severities");
    }

    @Test
    void aFileThatCannotBeWrittenIsRefused() {
        assertThatThrownBy(() -> SavedTensors.open(folder.resolve("t.npy"), 1, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("but its name must end in .safetensors");
        assertThatThrownBy(() -> SavedTensors.open(folder.resolve("none/t.safetensors"), 1, 1))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("is no folder");
        assertThatThrownBy(() -> SavedTensors.open(folder.resolve("t.safetensors"), 100_001, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "a file of tensors holds at most 100,000 images of each part, and these are 100,001: take fewer"
                                + " with `limit`");
    }
}
