package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as process 1 of a namespace of its own, as in a container; skipped where this user may not make one. */
@EnabledOnOs(OS.LINUX)
@Tag("slow")
@Timeout(300)
final class FirstProcessTest {
    private static final List<String> NAMESPACE = List.of("unshare", "--pid", "--fork", "--kill-child");
    private static final int LIMIT_SECONDS = 300;

    @TempDir
    Path folder;

    @BeforeAll
    static void mayMakeNamespaces() throws Exception {
        int code;
        try {
            List<String> command = new ArrayList<>(NAMESPACE);
            command.add("true");
            code = new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            code = -1;
        }
        assumeTrue(code == 0, "this user may not make a namespace of processes");
    }

    private Path printed() {
        return folder.resolve("printed.txt");
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(NAMESPACE);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        // A session of its own has no terminal, as a container has none.
        command.add(0, "setsid");
        command.add(1, "--wait");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed().toFile())
                .start();
    }

    /** Waits until something was printed, sends a signal to process 1, and returns the exit code. */
    private int signal(Process process, String signal, String after) throws Exception {
        try {
            while (!Files.readString(printed()).contains(after)) {
                assertThat(process.isAlive()).as(Files.readString(printed())).isTrue();
                Thread.sleep(20);
            }
            ProcessHandle first = process.descendants()
                    .filter(handle -> handle.info().command().orElse("").endsWith("java"))
                    .findFirst()
                    .orElseThrow();
            assertThat(first.children()).as("the process that computes").hasSize(1);
            new ProcessBuilder("kill", "-" + signal, Long.toString(first.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalEndsWhatKeepsNothing(String signal, int code) throws Exception {
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), TinyRuns.recipe());
        Process process =
                start(List.of("bench", "step", "--recipe", recipe.toString(), "--rounds", "1000", "--seconds", "0.2"));
        assertThat(signal(process, signal, "round 1 of"))
                .as(Files.readString(printed()))
                .isEqualTo(code);
        assertThat(printed()).content().doesNotContain("fatal error");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 75", "INT, 130"})
    void trainingIsSaved(String signal, int code) throws Exception {
        Path data = TinyRuns.images(folder.resolve("images"), 40);
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), TinyRuns.recipe());
        Path out = folder.resolve("run");
        Process process = start(List.of(
                "pretrain",
                "--data",
                data.toString(),
                "--recipe",
                recipe.toString(),
                "--out",
                out.toString(),
                "--set",
                "train.epochs=100000",
                "--set",
                "train.log-every-steps=1"));
        assertThat(signal(process, signal, "step 3"))
                .as(Files.readString(printed()))
                .isEqualTo(code);
        assertThat(out.resolve("checkpoints")).isDirectoryContaining("glob:**/step-*");
    }

    @Test
    void theExitCodeIsTheProgramsOwn() throws Exception {
        Process process = start(List.of("pretrain", "--no-such-option"));
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(printed()).content().contains("--no-such-option").hasLineCount(1);
    }
}
