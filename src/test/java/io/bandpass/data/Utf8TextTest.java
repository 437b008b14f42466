package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8TextTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"PK", "PKW/1.png\n", "PK\u00E9/1.png\n", "PK\t1.png\n", "PK\n"})
    void aTextMayBeginLikeAnArchive(String text) {
        Path file = Images.write(folder.resolve("list.txt"), text.getBytes(StandardCharsets.UTF_8));
        assertThatCode(() -> Utf8Text.check(file)).doesNotThrowAnyException();
    }

    @Test
    void anArchiveIsNamed() {
        for (int third : new int[] {3, 5, 7}) {
            byte[] archive = {'P', 'K', (byte) third, (byte) (third + 1), 20, 0};
            Path file = Images.write(folder.resolve("list.txt"), archive);
            assertThatThrownBy(() -> Utf8Text.check(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("zip archive");
        }
    }
}
