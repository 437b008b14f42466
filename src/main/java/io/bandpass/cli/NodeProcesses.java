package io.bandpass.cli;

import io.bandpass.BandpassException.Kind;
import io.bandpass.distributed.NodeLaunch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Starts the processes of this machine that share a command. If one fails, it ends them all; a training starts again from
 * the newest checkpoint, unless the processes would fail in the same way.
 */
final class NodeProcesses {
    private static final long POLL_MILLIS = 100;
    /** How long processes may take to notice that another has failed, and to say so, before they are asked to end. */
    private static final long NOTICE_SECONDS = 10;
    /** How long after a failure those that are left are killed. */
    private static final long KILL_SECONDS = 28;
    /** Codes from here on are those of processes that a signal ended. */
    private static final int SIGNALS = 128;

    /** What would fail again: flags, data, engine, divergence. */
    private static final Set<Integer> FINAL = Set.of(
            Kind.CONFIGURATION.exitCode(), Kind.DATA.exitCode(), Kind.DEVICE.exitCode(), Kind.DIVERGED.exitCode());

    private final NodeLaunch launch;
    private final List<String> arguments;
    private final Optional<Path> config;
    private final boolean goesOn;
    private final int mostRestarts;
    private final Optional<FileTime> configBefore;

    private NodeProcesses(
            NodeLaunch launch, List<String> arguments, Optional<Path> config, boolean goesOn, int mostRestarts) {
        this.launch = launch;
        this.arguments = List.copyOf(arguments);
        this.config = config;
        this.goesOn = goesOn;
        this.mostRestarts = mostRestarts;
        configBefore = config.flatMap(NodeProcesses::written);
    }

    /**
     * Prepares processes that do what a command line says, and are not started again.
     *
     * @param arguments of the program
     */
    static NodeProcesses once(NodeLaunch launch, List<String> arguments) {
        return new NodeProcesses(launch, arguments, Optional.empty(), false, 0);
    }

    /**
     * Prepares processes that train one model.
     *
     * @param arguments of the program
     * @param folder of the run
     * @param goesOn whether the arguments go on with a run that is there already
     * @param mostRestarts how often they are started again
     */
    static NodeProcesses training(
            NodeLaunch launch, List<String> arguments, Path folder, boolean goesOn, int mostRestarts) {
        Path config = folder.resolve("config.yaml");
        return new NodeProcesses(launch, arguments, Optional.of(config), goesOn, mostRestarts);
    }

    private static Optional<FileTime> written(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Runs the processes until they have ended.
     *
     * @return the exit code of the command
     */
    int run(StopOnSignal stop) {
        int attempt = 0;
        while (true) {
            List<Integer> codes = attempt(attempt, stop);
            int code = worst(codes);
            if (code == 0) {
                return 0;
            }
            if (stop.getAsBoolean() && (code == StopOnSignal.RESUMABLE || code >= SIGNALS)) {
                return stop.exitCode();
            }
            boolean comesAgain = FINAL.contains(code) || code == StopOnSignal.RESUMABLE;
            if (comesAgain || stop.getAsBoolean() || attempt == mostRestarts) {
                return ended(codes, code);
            }
            attempt++;
            Terminal.line(String.format(
                    Locale.ROOT,
                    "notice: %s; starting again from the newest checkpoint, attempt %d of %d",
                    description(codes, code),
                    attempt + 1,
                    mostRestarts + 1));
        }
    }

    private int ended(List<Integer> codes, int code) {
        if (code < SIGNALS) {
            return code;
        }
        Terminal.error(
                description(codes, code) + (config.isPresent() ? "; --resume goes on from the newest checkpoint" : ""));
        return Kind.FAILURE.exitCode();
    }

    private String description(List<Integer> codes, int code) {
        int local = codes.indexOf(code);
        int rank = launch.node() * launch.perNode() + local;
        return code >= SIGNALS
                ? String.format(
                        Locale.ROOT,
                        "process %d of %d was ended by signal %d",
                        rank,
                        launch.nodes() * launch.perNode(),
                        code - SIGNALS)
                : String.format(
                        Locale.ROOT,
                        "process %d of %d ended with exit code %d",
                        rank,
                        launch.nodes() * launch.perNode(),
                        code);
    }

    /**
     * The code that says most about a failure: what will fail again, then signals, then others; the processes that only
     * lost another end with 1.
     */
    private static int worst(List<Integer> codes) {
        return Stream.of(
                        codes.stream().filter(FINAL::contains),
                        codes.stream().filter(code -> code >= SIGNALS),
                        codes.stream().filter(code -> code != 0 && code != StopOnSignal.RESUMABLE),
                        codes.stream().filter(code -> code != 0))
                .flatMap(each -> each)
                .findFirst()
                .orElse(0);
    }

    private List<Integer> attempt(int attempt, BooleanSupplier stop) {
        List<Process> processes = new ArrayList<>();
        List<Thread> printers = new ArrayList<>();
        List<Integer> killed = new ArrayList<>();
        try {
            for (int local = 0; local < launch.perNode(); local++) {
                Process process = start(local, attempt);
                processes.add(process);
                printers.add(JobProcesses.printer(process.getInputStream(), NodeProcesses::printOutput));
                if (!isFirst(local)) {
                    String name = "process " + (launch.node() * launch.perNode() + local) + ": ";
                    printers.add(
                            JobProcesses.printer(process.getErrorStream(), line -> Terminal.errorLine(name + line)));
                }
            }
            await(processes, stop, killed);
        } catch (IOException e) {
            processes.forEach(Process::destroyForcibly);
            throw new UncheckedIOException("a process cannot be started", e);
        } catch (InterruptedException e) {
            processes.forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for processes", e);
        } finally {
            processes.forEach(JobProcesses::end);
        }
        printers.forEach(JobProcesses::join);
        return IntStream.range(0, processes.size())
                .map(local -> killed.contains(local)
                        ? Kind.FAILURE.exitCode()
                        : processes.get(local).onExit().join().exitValue())
                .boxed()
                .toList();
    }

    private boolean isFirst(int local) {
        return launch.node() == 0 && local == 0;
    }

    /** Gloo itself prints a line for each process that is connected. */
    private static void printOutput(String line) {
        if (!line.startsWith("[Gloo] ")) {
            Terminal.line(line);
        }
    }

    /** Process 0 draws its progress itself; the others say only what goes wrong. */
    private Process start(int local, int attempt) throws IOException {
        List<String> all = new ArrayList<>(arguments);
        // Not if an earlier run is still there, which was to be overwritten.
        if (attempt > 0 && !goesOn && !config.flatMap(NodeProcesses::written).equals(configBefore)) {
            all.removeIf(argument -> argument.equals("--overwrite") || argument.startsWith("--overwrite="));
            all.add(TrainingOptions.AUTO_RESUME);
        }
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.share(launch.perNode(), local, all));
        builder.environment().putAll(launch.environment(local, attempt));
        if (isFirst(local)) {
            builder.redirectError(Redirect.INHERIT);
        }
        return builder.start();
    }

    /**
     * Waits until all have ended. When one has failed, or the command is stopped, the others have to end too.
     *
     * @param killed receives the numbers of those that had to be killed, whose exit codes say nothing
     */
    private static void await(List<Process> processes, BooleanSupplier stop, List<Integer> killed)
            throws InterruptedException {
        boolean stopping = false;
        boolean asked = false;
        long failed = 0;
        while (processes.stream().anyMatch(Process::isAlive)) {
            if (!stopping && stop.getAsBoolean()) {
                stopping = true;
                processes.forEach(JobProcesses::end);
            }
            if (failed == 0 && processes.stream().anyMatch(NodeProcesses::hasFailed)) {
                failed = System.nanoTime();
            }
            long since = failed == 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - failed);
            if (since >= NOTICE_SECONDS && !asked) {
                asked = true;
                // Unlike destroy() of the process, that of its handle leaves what it prints open.
                processes.forEach(process -> process.toHandle().destroy());
            }
            if (since >= KILL_SECONDS) {
                for (int local = 0; local < processes.size(); local++) {
                    if (processes.get(local).toHandle().destroyForcibly()) {
                        killed.add(local);
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static boolean hasFailed(Process process) {
        return !process.isAlive() && process.exitValue() != 0 && process.exitValue() != StopOnSignal.RESUMABLE;
    }
}
