package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.TinyRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignalsTest {
    /** A command that keeps nothing ends in the middle of its computing, as any program does. */
    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalEndsTheProcessAtOnce(String signal, int code, @TempDir Path folder) throws Exception {
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), TinyRuns.recipe());
        List<String> arguments =
                List.of("bench", "step", "--recipe", recipe.toString(), "--rounds", "1000", "--seconds", "0.2");
        try (ChildProcess process = new ChildProcess(folder.resolve("printed.txt"), arguments)) {
            while (!process.printed().contains("round 1 of")) {
                assertThat(process.isAlive()).as(process.printed()).isTrue();
                Thread.sleep(20);
            }
            process.signal(signal);
            assertThat(process.exitCode()).as(process.printed()).isEqualTo(code);
            assertThat(process.printed()).doesNotContain("fatal error");
        }
    }
}
