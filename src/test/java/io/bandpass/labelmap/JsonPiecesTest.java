package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonPiecesTest {
    @TempDir
    Path folder;

    /** A run that is stopped must not take sound files for damaged ones. */
    @Test
    void anInterruptedThreadReadsOn() throws IOException, BadImageException {
        Path file = Files.writeString(folder.resolve("a.json"), "[1, [2, 3]]");
        NumberList numbers = new NumberList();
        boolean interrupted;
        Thread.currentThread().interrupt();
        try {
            JsonPieces.read(file, 4, json -> json.numbers("numbers", numbers));
        } finally {
            interrupted = Thread.interrupted();
        }
        assertThat(numbers.toArray()).containsExactly(2, 3);
        assertThat(interrupted).isTrue();
    }
}
