package io.bandpass.bench;

import io.bandpass.BandpassException;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigException;
import io.bandpass.format.AtomicFiles;
import io.bandpass.machine.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Benchmark of the time from the start of the launcher to the first step, as a user sees it, in separate processes. */
final class StartBenchmark {
    private static final int POLL_MILLIS = 5;

    private final Path launcher;
    private final List<String> arguments;

    /**
     * Creates the benchmark.
     *
     * @param arguments arguments of {@code pretrain}, except the run folder
     * @throws ConfigException if there is no launcher, as this program was not started by one
     */
    StartBenchmark(List<String> arguments) {
        this.arguments = arguments;
        launcher = Environment.home().stream()
                .flatMap(home ->
                        Stream.of(home.resolve("bandpass"), home.resolve("bin").resolve("bandpass")))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ConfigException("what is measured is the launcher, and there is none: start"
                        + " Bandpass by its launcher, or set -Dbandpass.home to the folder that has it"));
    }

    /** Adds the seconds to the first step, over {@code rounds} starts after a warm-up start. */
    void measure(Map<String, Object> figures, int rounds, Consumer<String> progress) throws IOException {
        secondsToFirstStep();
        List<Double> seconds = new ArrayList<>();
        for (int i = 1; i <= rounds; i++) {
            double now = secondsToFirstStep();
            seconds.add(now);
            progress.accept(String.format(Locale.ROOT, "round %d of %d: %.2f s to the first step", i, rounds, now));
        }
        figures.put("seconds_to_first_step", TimedRounds.median(seconds));
        figures.put("seconds_to_first_step_rounds", seconds);
        figures.put("rounds", rounds);
    }

    private double secondsToFirstStep() throws IOException {
        Path temporary = Files.createTempDirectory("bandpass-start-");
        try {
            Path run = temporary.resolve("run");
            Path printed = temporary.resolve("printed.txt");
            List<String> command = new ArrayList<>(List.of(launcher.toString(), "pretrain"));
            command.addAll(arguments);
            command.addAll(List.of("--set", "train.log-every-steps=1", "--out", run.toString()));
            long start = System.nanoTime();
            Process child = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            Thread killer = new Thread(child::destroyForcibly);
            // Without this, the run would continue to its end if this process is interrupted.
            Runtime.getRuntime().addShutdownHook(killer);
            try {
                awaitFirstStep(child, new RunFolder(run).metrics(), printed);
                return (System.nanoTime() - start) / 1e9;
            } finally {
                kill(child);
                removeHook(killer);
            }
        } finally {
            AtomicFiles.removeFolder(temporary);
        }
    }

    private static void awaitFirstStep(Process child, Path metrics, Path printed) throws IOException {
        while (!hasStep(metrics)) {
            if (!child.isAlive() && !hasStep(metrics)) {
                throw failure(child.exitValue(), Files.readString(printed));
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the first step", e);
            }
        }
    }

    /** Whether the file has a complete line of a step; kNN lines have no loss. */
    private static boolean hasStep(Path metrics) throws IOException {
        if (!Files.exists(metrics)) {
            return false;
        }
        String text = Files.readString(metrics, StandardCharsets.UTF_8);
        int loss = text.indexOf("\"loss\"");
        return loss >= 0 && text.indexOf('\n', loss) > 0;
    }

    private static BandpassException failure(int exitCode, String printed) {
        BandpassException.Kind kind = Stream.of(BandpassException.Kind.values())
                .filter(candidate -> candidate.exitCode() == exitCode)
                .findFirst()
                .orElse(BandpassException.Kind.FAILURE);
        String last = printed.lines().reduce("nothing", (before, line) -> line);
        return new BandpassException(
                kind,
                "the run that was started ended with exit code " + exitCode + " before its first step; it said: "
                        + last.replaceFirst("^bandpass: ", ""));
    }

    private static void kill(Process child) {
        child.descendants().forEach(ProcessHandle::destroyForcibly);
        child.destroyForcibly().onExit().join();
    }

    private static void removeHook(Thread killer) {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException shuttingDown) {
            // Ctrl-C: the hook is already running, or has run.
            return;
        }
    }
}
