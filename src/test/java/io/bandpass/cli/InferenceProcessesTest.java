package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that use a trained model, in several processes: what they write and print is what one alone does. */
final class InferenceProcessesTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path digits;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        digits = TinyRuns.images(shared.resolve("digits"), 40);
        run = shared.resolve("run");
        TinyRuns.tuned(digits, run);
    }

    private String printed(String name, Object... words) throws Exception {
        List<String> arguments = Arrays.stream(words).map(Object::toString).toList();
        Path output = folder.resolve(name + ".txt");
        try (ChildProcess child = new ChildProcess(output, arguments)) {
            assertThat(child.exitCode()).as(child.printed()).isZero();
            return child.printed();
        }
    }

    @Test
    void featuresAreTheSameFile() throws Exception {
        Path photos = folder.resolve("photos");
        for (int i = 0; i < 13; i++) {
            Images.write(photos.resolve(i + ".png"), i, 20, 24);
        }
        byte[] whole = Files.readAllBytes(photos.resolve("5.png"));
        Files.write(photos.resolve("5.png"), Arrays.copyOf(whole, whole.length / 2));
        for (String ending : List.of("npy", "csv")) {
            Path one = folder.resolve("one." + ending);
            Path two = folder.resolve("two." + ending);
            Object[] call = {"embed", "--run", run, "--data", photos, "--batch-size", 4};
            List<Object> alone = new ArrayList<>(List.of(call));
            alone.addAll(List.of("--threads", 1, "--max-bad", 0.5, "--out", one));
            List<Object> together = new ArrayList<>(List.of(call));
            together.addAll(List.of("--threads", 1, "--max-bad", 0.5, "--out", two, "--processes", 2));
            String said = printed("one", alone.toArray()).replace("one." + ending, "two." + ending);
            assertThat(printed("two", together.toArray())).isEqualTo(said);
            assertThat(two).hasSameBinaryContentAs(one);
        }
        assertThat(folder.resolve("two.names.txt")).hasSameBinaryContentAs(folder.resolve("one.names.txt"));
    }

    @Test
    void scoresAreTheSame() throws Exception {
        Object[] knn = {"knn", "--run", run, "--data", digits, "--threads", 1};
        List<Object> together = new ArrayList<>(List.of(knn));
        together.addAll(List.of("--processes", 2));
        assertThat(printed("knn-two", together.toArray()))
                .isEqualTo(printed("knn-one", knn))
                .contains("kNN top-1");

        Path one = folder.resolve("one.json");
        Path two = folder.resolve("two.json");
        Object[] evaluate = {"evaluate", "--run", run, "--data", digits, "--threads", 1, "--batch-size", 3};
        List<Object> alone = new ArrayList<>(List.of(evaluate));
        alone.addAll(List.of("--out", one));
        List<Object> several = new ArrayList<>(List.of(evaluate));
        several.addAll(List.of("--out", two, "--processes", 2));
        assertThat(printed("two", several.toArray())).isEqualTo(printed("one", alone.toArray()));
        assertThat(two).hasSameTextualContentAs(one);
    }

    @Test
    void aLauncherSharesTheParts() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        List<String> call =
                List.of("robustness", "--run", run.toString(), "--corruptions", "fog,snow", "--threads", "1", "--out");
        List<String> alone = new ArrayList<>(call);
        alone.add(one.toString());
        printed("one", alone.toArray());
        List<String> together = new ArrayList<>(call);
        together.add(two.toString());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<ChildProcess> processes = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            Map<String, String> environment = Map.of(
                    "RANK",
                    Integer.toString(rank),
                    "WORLD_SIZE",
                    "2",
                    "LOCAL_RANK",
                    Integer.toString(rank),
                    "LOCAL_WORLD_SIZE",
                    "2",
                    "MASTER_ADDR",
                    "127.0.0.1",
                    "MASTER_PORT",
                    Integer.toString(port));
            processes.add(new ChildProcess(
                    folder.resolve("rank-" + rank + ".txt"), List.of(), environment, "io.bandpass.cli.Main", together));
        }
        for (ChildProcess process : processes) {
            assertThat(process.exitCode()).as(process.printed()).isZero();
        }
        assertThat(processes.get(0).printed()).contains("job 1: ", "report");
        assertThat(processes.get(1).printed()).contains("job 2: ").doesNotContain("report");
        assertThat(two.resolve("results.json")).hasSameTextualContentAs(one.resolve("results.json"));
    }

    @Test
    void whatIsNotSharedIsRefused() throws Exception {
        Path output = folder.resolve("said.txt");
        try (ChildProcess child = new ChildProcess(
                output,
                List.of(
                        "evaluate",
                        "--predictions",
                        digits.toString(),
                        "--truth",
                        digits.toString(),
                        "--processes",
                        "2"))) {
            assertThat(child.exitCode()).as(child.printed()).isEqualTo(2);
            assertThat(child.printed()).contains("only classifiers are evaluated in several processes");
        }
        Said many =
                Said.by("embed", "--run", run, "--data", digits, "--out", folder.resolve("a.npy"), "--processes", 0);
        assertThat(many.exitCode()).isEqualTo(2);
        assertThat(many.error()).contains("--processes is 0, but must be a number from 1 to 1024");
    }
}
