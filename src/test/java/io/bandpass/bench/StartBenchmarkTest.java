package io.bandpass.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.bandpass.BandpassException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts of launchers that are shell scripts of a few lines; DistributionIT has the real one. */
final class StartBenchmarkTest {
    private static final String HOME = "bandpass.home";

    private final String usualHome = System.getProperty(HOME);

    @TempDir
    Path folder;

    @BeforeEach
    void moveHome() {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "scripts of a shell");
        System.setProperty(HOME, folder.toString());
    }

    @AfterEach
    void moveHomeBack() {
        System.setProperty(HOME, usualHome);
    }

    /** A launcher that notes its run folder, which is its last argument, its process and all arguments. */
    private void launcher(String name, String body) throws IOException {
        Path script = folder.resolve(name);
        Files.createDirectories(script.getParent());
        String head = "#!/bin/sh\nfor run; do :; done\nmkdir -p \"$run\"\necho \"$run $$ $*\" >> '"
                + folder.resolve("started") + "'\n";
        Files.writeString(script, head + body);
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void everyStartIsEndedAfterItsFirstStepAndLeavesNothing() throws Exception {
        launcher("bin/bandpass", """
                echo '{"step":0,"knn_top1":0.5}' > "$run/metrics.jsonl"
                sleep 0.1
                echo '{"step":1,"loss":0.5}' >> "$run/metrics.jsonl"
                exec sleep 600
                """);
        List<String> lines = new ArrayList<>();
        BenchmarkResult result = Benchmark.recipe("quick")
                .set("mask.radius=3")
                .data("photos")
                .rounds(2)
                .progress(lines::add)
                .start();
        assertThat(lines).hasSize(2);
        assertThat(result.number("seconds_to_first_step")).isPositive();
        assertThat(result.figures().get("seconds_to_first_step_rounds"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        assertThat(Files.readAllLines(folder.resolve("started"))).hasSize(3).allSatisfy(line -> {
            assertThat(line)
                    .contains("pretrain --recipe quick --set mask.radius=3 --data photos")
                    .contains("train.log-every-steps=1");
            String[] words = line.split(" ", 3);
            assertThat(Path.of(words[0]).getParent()).doesNotExist();
            assertThat(ProcessHandle.of(Long.parseLong(words[1])).filter(ProcessHandle::isAlive))
                    .isEmpty();
        });
    }

    @Test
    void aRunThatFailsSaysWhy() throws Exception {
        launcher("bandpass", "echo building\necho 'bandpass: there is no such image' >&2\nexit 3\n");
        assertThatThrownBy(() -> Benchmark.recipe("quick").start())
                .isInstanceOfSatisfying(
                        BandpassException.class,
                        error -> assertThat(error.kind()).isEqualTo(BandpassException.Kind.DATA))
                .hasMessageEndingWith("it said: there is no such image");
    }

    @Test
    void withoutALauncherThereIsNothingToMeasure() {
        assertThatThrownBy(() -> Benchmark.recipe("quick").start())
                .isInstanceOfSatisfying(
                        BandpassException.class,
                        error -> assertThat(error.kind()).isEqualTo(BandpassException.Kind.CONFIGURATION))
                .hasMessageContaining("-Dbandpass.home");
    }
}
