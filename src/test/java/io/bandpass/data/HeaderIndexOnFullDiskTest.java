package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.image.HeaderCheck;
import io.bandpass.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An index on a disk that is full before it is whole, for which a limit on the length of files stands in. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no such limit")
final class HeaderIndexOnFullDiskTest {
    /** Writes an index of some 200 kB in a process of its own, which ends with 0 where it was given up. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            try (HeaderIndexWriter writer = new HeaderIndexWriter(Path.of(arguments[0]), "of this set")) {
                for (int i = 0; i < 5000; i++) {
                    writer.add("image " + i, 1, 1, HeaderCheck.other());
                }
                writer.finish();
                System.exit(writer.hasFailed() ? 0 : 1);
            }
        }
    }

    @TempDir
    private Path folder;

    @Test
    void nothingIsLeftBehind() throws IOException, InterruptedException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        try (ChildProcess child = new ChildProcess(
                folder.resolve("printed"),
                Map.of(),
                List.of("sh", "-c", "ulimit -f 64; exec \"$@\"", "sh"),
                Writer.class.getName(),
                List.of(cache.resolve("a.index").toString()))) {
            assertThat(child.exitCode()).as(child.printed()).isZero();
        }
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).isEmpty();
        }
    }
}
