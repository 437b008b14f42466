package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.data.Datasets;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnreadableDataTest {
    @TempDir
    private Path folder;

    @Test
    void tooManyBadFilesAreAFaultOfTheDataWithExitCodeThree() {
        Images.write(folder.resolve("good.png"), 1, 4, 4);
        Images.write(folder.resolve("empty.png"), new byte[0]);
        assertThatThrownBy(() -> BandpassException.translating(
                        () -> Datasets.open(Configs.data(0), List.of(folder.toString()), 0, 0)))
                .isInstanceOfSatisfying(BandpassException.class, error -> {
                    assertThat(error.kind()).isEqualTo(BandpassException.Kind.DATA);
                    assertThat(error.kind().exitCode()).isEqualTo(3);
                    assertThat(error).hasMessageStartingWith("1 of 2 images cannot be read");
                });
    }
}
