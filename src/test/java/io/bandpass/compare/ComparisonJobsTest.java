package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells beside each other, in processes that share them out. */
final class ComparisonJobsTest {
    @TempDir
    private Path folder;

    private Path recipe = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        assumeThat(Engine.physicalCores()).as("cores").isGreaterThan(1);
        data = TinyRuns.images(folder.resolve("data"), 32);
        recipe = Files.writeString(folder.resolve("tiny.yaml"), TinyRuns.recipe());
    }

    private List<String> arguments(Path out, String... more) {
        return arguments("scratch,mfm", 6, out, more);
    }

    private List<String> arguments(String tasks, int budget, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("compare", "--recipe", recipe.toString()));
        arguments.addAll(List.of("--tasks", tasks, "--seeds", "2", "--few-labels", "none"));
        arguments.addAll(List.of("--budget", "" + budget, "--finetune-epochs", "6", "--data", data.toString()));
        for (String setting : List.of("checkpoint.every-steps=3", "train.log-every-steps=1")) {
            arguments.addAll(List.of("--set", setting, "--finetune-set", setting));
        }
        for (String setting : List.of("train.batch-size=8", "train.precision=fp32")) {
            arguments.addAll(List.of("--finetune-set", setting));
        }
        // A job's own share of two cores, which one job alone must be told.
        arguments.addAll(List.of("--finetune-set", "train.threads=1"));
        arguments.addAll(List.of("--out", out.toString()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Of each run of a comparison, its metrics. */
    private static Map<String, Object> metrics(Path out) throws IOException {
        Map<String, Object> metrics = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(out)) {
            for (Path done :
                    files.filter(file -> file.endsWith("DONE")).sorted().toList()) {
                Path run = done.resolveSibling(".").normalize();
                metrics.put(out.relativize(run).toString(), RunFiles.metrics(run));
            }
        }
        return metrics;
    }

    private Path alone() throws Exception {
        Path out = folder.resolve("alone");
        assertThat(ChildProcess.run(folder.resolve("alone.txt"), arguments(out, "--jobs", "1")))
                .isZero();
        assertThat(metrics(out)).hasSize(6);
        return out;
    }

    @Test
    @Tag("slow")
    void jobsShareTheCellsAndGiveWhatOneGives() throws Exception {
        Path out = folder.resolve("beside");
        Path printed = folder.resolve("beside.txt");
        assertThat(ChildProcess.run(printed, arguments(out)))
                .as(Files.readString(printed))
                .isZero();

        assertThat(metrics(out)).isEqualTo(metrics(alone()));
        List<String> lines = Files.readAllLines(printed);
        assertThat(lines.get(0)).matches("[2-4] cells at a time.*");
        assertThat(lines.stream().filter(line -> line.contains("finetune-all begins")))
                .hasSize(4);
        assertThat(lines.stream().filter(line -> line.startsWith("table "))).hasSize(1);
        assertThat(Files.readString(out.resolve("results.md"))).doesNotContain("not finished yet");
    }

    private static void awaitSteps(Path cell, ChildProcess process) throws Exception {
        Path metrics = cell.resolve("pretrain/metrics.jsonl");
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 5) {
            assertThat(process.isAlive()).as(process.printed()).isTrue();
            Thread.sleep(5);
        }
    }

    @Test
    @Tag("slow")
    void jobsThatAreStoppedWithTheOneThatStartedThemGoOnWithIt() throws Exception {
        Path out = folder.resolve("stopped");
        List<String> arguments = arguments(out, "--jobs=2");
        try (ChildProcess process = new ChildProcess(folder.resolve("stopped.txt"), arguments)) {
            awaitSteps(out.resolve("cells/tiny/mfm/seed-0"), process);
            process.terminate();
            assertThat(process.exitCode()).as(process.printed()).isEqualTo(75);
            assertThat(process.printed()).contains("interrupted; the same command goes on");
        }
        assertThat(ChildProcess.run(folder.resolve("last.txt"), arguments)).isZero();
        assertThat(metrics(out)).isEqualTo(metrics(alone()));
    }

    /** Runs that would take hours: both cells have steps only if two jobs work, and are left only if those end early. */
    @Test
    void jobsWorkBesideEachOtherAndEndWithTheOneThatStartedThem() throws Exception {
        Path out = folder.resolve("killed");
        List<String> arguments = arguments("mfm", 100_000, out, "--jobs", "2");
        List<Path> cells = List.of(out.resolve("cells/tiny/mfm/seed-0"), out.resolve("cells/tiny/mfm/seed-1"));
        List<ProcessHandle> jobs;
        try (ChildProcess process = new ChildProcess(folder.resolve("killed.txt"), arguments)) {
            for (Path cell : cells) {
                awaitSteps(cell, process);
            }
            jobs = process.children();
            process.kill();
        }
        assertThat(jobs).hasSize(2);
        for (ProcessHandle job : jobs) {
            job.onExit().get(60, TimeUnit.SECONDS);
        }
        for (Path cell : cells) {
            assertThat(cell.resolve("pretrain/checkpoints/last")).exists();
        }
        assertThat(metrics(out)).isEmpty();
    }

    @Test
    void cellsThatDivergeAreTheExitCodeOfAllJobsTogetherAndOfOne() throws Exception {
        Path out = folder.resolve("diverged");
        String[] settings = {"--set", "optimizer.learning-rate=1e30", "--set", "optimizer.clip=0"};
        for (String jobs : List.of("--jobs=2", "--jobs=1")) {
            Path printed = folder.resolve("diverged.txt");
            List<String> arguments = arguments(out, settings);
            arguments.add(jobs);
            assertThat(ChildProcess.run(printed, arguments))
                    .as(Files.readString(printed))
                    .isEqualTo(5);
            List<String> lines = Files.readAllLines(printed);
            assertThat(lines.stream().filter(line -> line.contains("2 of 4 cells diverged")))
                    .as(jobs)
                    .hasSize(1);
            assertThat(lines.stream().filter(line -> line.startsWith("table "))).hasSize(1);
        }
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("seed 1, pretrain: training diverged")
                .doesNotContain("not finished yet");
    }

    @Test
    void whatIsWrongIsSaidOnce() throws Exception {
        Path printed = folder.resolve("wrong.txt");
        assertThat(ChildProcess.run(printed, arguments(folder.resolve("out"), "--jobs", "2", "--set", "mask.radios=2")))
                .isEqualTo(2);
        assertThat(Files.readAllLines(printed)).hasSize(1).allMatch(line -> line.contains("mask.radios"));
        for (String jobs : List.of("1000", "0", "all")) {
            assertThat(ChildProcess.run(printed, arguments(folder.resolve("out"), "--jobs", jobs)))
                    .isEqualTo(2);
            assertThat(Files.readString(printed))
                    .contains("--jobs is '" + jobs + "'")
                    .contains(String.valueOf(Engine.physicalCores()));
        }
    }
}
