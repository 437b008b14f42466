package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.inference.FeatureFile;
import io.bandpass.testing.ChildProcess;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of features on a disk that is full before they are whole, for which a limit on the length of files stands in. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no such limit")
final class FullDiskTest {
    /** In blocks of 512 bytes or of 1 kB, as the shell has it; the names fit, the features do not. */
    private static final int BLOCKS = 64;

    private static final int ROWS = 100;

    /** Writes features of 400 kB into a file, in a process of its own. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            Engine.load();
            try (FeatureFile file = FeatureFile.create(Path.of(arguments[0]));
                    Tensor rows = torch.zeros(1, 1024)) {
                for (int i = 0; i < ROWS; i++) {
                    file.append(rows, List.of("image " + i));
                }
                file.finish(Map.of());
            }
        }
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"csv", "npy", "safetensors"})
    void nothingIsLeftBehind(String ending) throws Exception {
        Path features = Files.createDirectory(folder.resolve("features"));
        try (ChildProcess child = new ChildProcess(
                folder.resolve("printed"),
                Map.of(),
                List.of("sh", "-c", "ulimit -f " + BLOCKS + "; exec \"$@\"", "sh"),
                Writer.class.getName(),
                List.of(features.resolve("features." + ending).toString()))) {
            assertThat(child.exitCode()).isEqualTo(1);
            assertThat(child.printed()).contains("IOException");
        }
        try (Stream<Path> left = Files.list(features)) {
            assertThat(left).isEmpty();
        }
    }
}
