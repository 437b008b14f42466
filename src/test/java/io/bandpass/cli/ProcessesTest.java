package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to processes that train one model, when some of them are killed, stopped or told to end. */
final class ProcessesTest {
    private static final int KILLS = Integer.getInteger("bandpass.kills", 12);

    @TempDir
    Path temporary;

    private List<String> arguments(Path out, String... more) throws IOException {
        Path data = temporary.resolve("data");
        if (!Files.exists(data)) {
            TinyRuns.images(data, 80);
        }
        List<String> arguments = new ArrayList<>(
                List.of("pretrain", "--recipe", "quick-vit", "--data", data.toString(), "--out", out.toString()));
        TinyRuns.vit().forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of("--set", "train.epochs=40", "--set", "evaluate.knn-every-epochs=0"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Whichever process is killed, both start again from the newest checkpoint, and no step is another one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void startAgainWhenOneIsKilled(int rank) throws Exception {
        Path one = temporary.resolve("one");
        assertThat(ChildProcess.run(temporary.resolve("one.txt"), arguments(one)))
                .isZero();
        Path two = temporary.resolve("two");
        try (ChildProcess launcher = new ChildProcess(
                temporary.resolve("two.txt"), arguments(two, "--processes", "2", "--max-restarts", "1"))) {
            awaitRows(launcher, two, 50);
            kill(launcher, rank);
            assertThat(launcher.exitCode()).as(launcher.printed()).isZero();
            assertThat(launcher.printed())
                    .contains("process " + rank
                            + " of 2 was ended by signal 9; starting again from the newest checkpoint")
                    .doesNotContain("[Gloo]");
        }
        isTheSame(two, one);
    }

    /** All moments and both processes, also while a checkpoint is written. */
    @Test
    @Tag("slow")
    void killedAtRandomMomentsAreAsNeverKilled() throws Exception {
        Path one = temporary.resolve("one");
        String[] often = {"--set", "checkpoint.every-steps=1", "--set", "train.epochs=" + 4 * KILLS};
        assertThat(ChildProcess.run(temporary.resolve("one.txt"), arguments(one, often)))
                .isZero();
        Path two = temporary.resolve("two");
        List<String> start = arguments(two, often);
        start.addAll(List.of("--processes", "2", "--auto-resume"));
        Random random = new Random(23);
        for (int kill = 0; kill < KILLS; kill++) {
            long rows = rows(two);
            try (ChildProcess launcher = new ChildProcess(temporary.resolve("two.txt"), start)) {
                awaitRows(launcher, two, rows + 12);
                Thread.sleep(random.nextInt(150));
                kill(launcher, random.nextInt(2));
                assertThat(launcher.exitCode()).as(launcher.printed()).isEqualTo(1);
            }
        }
        assertThat(ChildProcess.run(temporary.resolve("two.txt"), start)).isZero();
        isTheSame(two, one);
    }

    @ParameterizedTest
    @CsvSource({"TERM, 75", "INT, 130"})
    void saveWhenTheLauncherIsToldToEnd(String signal, int code) throws Exception {
        Path one = temporary.resolve("one");
        assertThat(ChildProcess.run(temporary.resolve("one.txt"), arguments(one)))
                .isZero();
        Path two = temporary.resolve("two");
        try (ChildProcess launcher =
                new ChildProcess(temporary.resolve("two.txt"), arguments(two, "--processes", "2"))) {
            awaitRows(launcher, two, 50);
            launcher.signal(signal);
            assertThat(launcher.exitCode()).as(launcher.printed()).isEqualTo(code);
            assertThat(launcher.printed()).contains("bandpass pretrain --resume " + two);
        }
        assertThat(two.resolve("DONE")).doesNotExist();
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), List.of("pretrain", "--resume", two.toString())))
                .isZero();
        isTheSame(two, one);
    }

    @Test
    void saveWhenTheLauncherIsKilled() throws Exception {
        Path two = temporary.resolve("two");
        List<ProcessHandle> processes;
        try (ChildProcess launcher =
                new ChildProcess(temporary.resolve("two.txt"), arguments(two, "--processes", "2"))) {
            awaitRows(launcher, two, 50);
            processes = launcher.children();
            launcher.kill();
        }
        for (ProcessHandle process : processes) {
            process.onExit().join();
        }
        long saved =
                Files.readString(two.resolve("checkpoints/last/state.json")).length();
        assertThat(saved).isPositive();
        assertThat(two.resolve("summary.json")).content().contains("interrupted");
    }

    @Test
    void faultsThatWouldComeAgainAreNotTriedAgain() throws Exception {
        Path out = temporary.resolve("out");
        List<String> wrong = arguments(out, "--processes", "3", "--max-restarts", "5");
        try (ChildProcess launcher = new ChildProcess(temporary.resolve("out.txt"), wrong)) {
            assertThat(launcher.exitCode()).as(launcher.printed()).isEqualTo(2);
            assertThat(launcher.printed())
                    .contains("bandpass: batches are of 8 images, which 3 processes cannot share equally")
                    .doesNotContain("starting again");
        }
    }

    /** As under torchrun, which gives each process its environment, and reads why one failed. */
    @Test
    void aFailureIsWrittenWhereTorchrunReadsIt() throws Exception {
        Path error = temporary.resolve("error.json");
        Map<String, String> environment = Map.of(
                "RANK", "1",
                "WORLD_SIZE", "2",
                "MASTER_ADDR", "127.0.0.1",
                "MASTER_PORT", "9",
                "TORCHELASTIC_ERROR_FILE", error.toString());
        try (ChildProcess process = new ChildProcess(
                temporary.resolve("out.txt"),
                List.of(),
                environment,
                "io.bandpass.cli.Main",
                arguments(temporary.resolve("run"), "--process-timeout", "5"))) {
            assertThat(process.exitCode()).as(process.printed()).isEqualTo(1);
            assertThat(process.printed()).contains("process 1 cannot reach process 0 at 127.0.0.1:9 within 5 s");
        }
        assertThat(error).content().contains("{\"message\":{").contains("process 1 cannot reach");
    }

    @Test
    void aWrongCommandLineIsWrittenThereToo() throws Exception {
        Path error = temporary.resolve("error.json");
        try (ChildProcess process = new ChildProcess(
                temporary.resolve("out.txt"),
                List.of(),
                Map.of("TORCHELASTIC_ERROR_FILE", error.toString()),
                "io.bandpass.cli.Main",
                List.of("pretrain", "--recipie", "quick"))) {
            assertThat(process.exitCode()).as(process.printed()).isEqualTo(2);
        }
        assertThat(error).content().contains("{\"message\":{").contains("did you mean --recipe?");
    }

    private static void kill(ChildProcess launcher, int rank) throws IOException {
        for (ProcessHandle process : launcher.children()) {
            String environment = Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"));
            if (List.of(environment.split("\0")).contains("RANK=" + rank)) {
                process.destroyForcibly();
            }
        }
    }

    private static void awaitRows(ChildProcess launcher, Path out, long rows) throws Exception {
        while (rows(out) < rows) {
            if (!launcher.isAlive()) {
                throw new AssertionError("the run ended too early:\n" + launcher.printed());
            }
            Thread.sleep(5);
        }
    }

    private static long rows(Path out) throws IOException {
        Path metrics = out.resolve("metrics.jsonl");
        if (!Files.exists(metrics)) {
            return 0;
        }
        try (var lines = Files.lines(metrics)) {
            return lines.count();
        }
    }

    private static void isTheSame(Path two, Path one) throws IOException {
        List<JsonNode> rows = RunFiles.metrics(two);
        List<JsonNode> expected = RunFiles.metrics(one);
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            double loss = expected.get(i).path("loss").asDouble();
            assertThat(rows.get(i).path("step")).isEqualTo(expected.get(i).path("step"));
            assertThat(rows.get(i).path("loss").asDouble())
                    .as("step %s", rows.get(i).path("step"))
                    .isCloseTo(loss, within(1e-4 * Math.abs(loss)));
        }
    }
}
