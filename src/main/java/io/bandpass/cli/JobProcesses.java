package io.bandpass.cli;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.machine.Environment;
import io.bandpass.torch.Engine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs a command in several processes of this program, each with its share of the machine. LibTorch has one set of
 * compute threads in a process, so that work beside each other needs processes of its own; who does what is settled by
 * the command.
 */
final class JobProcesses {
    /** The exit code of a job where all work has ended, but a stage of some training has diverged. */
    static final int DIVERGED = BandpassException.Kind.DIVERGED.exitCode();

    private static final long POLL_MILLIS = 100;
    private static final int FAILURE = 1;
    /** Codes from here on are those of processes that a signal ended. */
    private static final int SIGNALS = 128;

    private final int count;
    private final List<String> arguments;
    private final Set<String> saidOnce = ConcurrentHashMap.newKeySet();

    /**
     * Jobs that do what a command line says.
     *
     * @param arguments of the program
     */
    JobProcesses(int count, List<String> arguments) {
        this.count = count;
        this.arguments = List.copyOf(arguments);
    }

    /**
     * The number of jobs that a user gives.
     *
     * @param allowed kinds of values, in words
     * @throws ConfigException if it is none, or there are more than cores
     */
    static int parse(String given, String allowed) {
        int cores = Engine.physicalCores();
        try {
            int count = Integer.parseInt(given);
            if (count >= 1 && count <= cores) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new ConfigException(String.format(
                Locale.ROOT,
                "--jobs is '%s', but must be %s from 1 to the number of cores, %d",
                given,
                allowed,
                cores));
    }

    /** Whether this process is a job. */
    static boolean isJob() {
        return Integer.getInteger(Environment.JOBS) != null;
    }

    /** Number of this job among all, from 0. */
    static int number() {
        return Integer.getInteger(Environment.JOB, 0);
    }

    /**
     * Waits for the end of all jobs.
     *
     * @param stop when true, the jobs are told to save and end
     * @return 0 if all work is complete, 5 if all has ended but some diverged, 75 if the jobs were stopped, else the exit code of a job that failed
     */
    int run(BooleanSupplier stop) {
        List<Process> jobs = new ArrayList<>();
        List<Thread> printers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Process job = new ProcessBuilder(JavaCommand.share(count, i, arguments)).start();
                jobs.add(job);
                printers.add(printer(job.getInputStream(), this::printOutput));
                printers.add(printer(job.getErrorStream(), this::printError));
            }
            while (jobs.stream().anyMatch(Process::isAlive) && !stop.getAsBoolean()) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a job cannot be started", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            jobs.forEach(JobProcesses::end);
        }
        printers.forEach(JobProcesses::join);
        List<Integer> codes =
                jobs.stream().map(job -> job.onExit().join().exitValue()).toList();
        return exitCode(codes, stop.getAsBoolean());
    }

    /** What a terminal sends, jobs that are just starting take as their own end. */
    private static int exitCode(List<Integer> codes, boolean stopped) {
        List<Integer> failures = codes.stream()
                .filter(code -> code != 0 && code != StopOnSignal.RESUMABLE && !(stopped && code >= SIGNALS))
                .toList();
        // A job ends with one of the two only when all that it can do is done.
        Optional<Integer> ended =
                codes.stream().filter(code -> code == 0 || code == DIVERGED).findFirst();
        if (ended.isPresent()) {
            failures.stream()
                    .filter(code -> code != DIVERGED)
                    .forEach(code -> Terminal.line(
                            "notice: a job ended with exit code " + code + "; others did what it had left"));
            return ended.get();
        }
        if (failures.isEmpty()) {
            return StopOnSignal.RESUMABLE;
        }
        int code = failures.get(0);
        if (code < SIGNALS) {
            return code;
        }
        Terminal.error("the jobs were killed (exit code " + code
                + "), as the system does where memory runs out; fewer --jobs need less, and the same command goes on");
        return FAILURE;
    }

    /** Starts a thread that hands on what a process prints, line by line. */
    static Thread printer(InputStream stream, Consumer<String> line) {
        Thread printer = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                lines.lines().forEach(line);
            } catch (IOException | UncheckedIOException e) {
                // The job is gone, which its exit code tells.
                return;
            }
        });
        printer.start();
        return printer;
    }

    /** What several jobs give notice of in the same words is said once. */
    private void printOutput(String line) {
        if (!line.startsWith("notice: ") || saidOnce.add(line)) {
            Terminal.line(line);
        }
    }

    private void printError(String line) {
        if (saidOnce.add(line)) {
            Terminal.errorLine(line);
        }
    }

    /** Asks a process to save and end. */
    static void end(Process job) {
        try {
            job.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
            return;
        }
    }

    static void join(Thread printer) {
        try {
            printer.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for jobs", cause);
    }
}
