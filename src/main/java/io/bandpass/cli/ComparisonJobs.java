package io.bandpass.cli;

import io.bandpass.Catalogue;
import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Runs a comparison in several processes of this program, each with its share of the cores. LibTorch has one set of
 * compute threads in a process, so that cells beside each other need processes of their own; who works on which cell is
 * settled by the locks of the cells.
 */
final class ComparisonJobs {
    private static final long POLL_MILLIS = 100;
    private static final int RESUMABLE = 75;
    private static final int FAILURE = 1;

    private final int count;
    private final List<String> arguments;
    private final Set<String> saidOnce = ConcurrentHashMap.newKeySet();

    /**
     * Jobs that do what a command line says.
     *
     * @param arguments of the program, for one job
     * @throws ConfigException if there are more jobs than cores
     */
    ComparisonJobs(int count, List<String> arguments) {
        int cores = Catalogue.cores();
        if (count < 1 || count > cores) {
            throw new ConfigException("--jobs is " + count + ", but must be from 1 to the number of cores, " + cores);
        }
        this.count = count;
        this.arguments = arguments;
    }

    /**
     * Waits for the end of all jobs. A job whose process dies leaves its cell to the others.
     *
     * @param stop when true, the jobs are told to save and end
     * @return 0 if all cells are complete, 75 if the jobs were stopped, else the exit code of a job that failed
     */
    int run(BooleanSupplier stop) {
        List<Process> jobs = new ArrayList<>();
        List<Thread> printers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Process job =
                        new ProcessBuilder(command()).redirectErrorStream(true).start();
                jobs.add(job);
                Thread printer = new Thread(() -> print(job), "job " + (i + 1));
                printer.start();
                printers.add(printer);
            }
            while (jobs.stream().anyMatch(Process::isAlive) && !stop.getAsBoolean()) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a job cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for jobs", e);
        } finally {
            jobs.forEach(ComparisonJobs::end);
        }
        printers.forEach(ComparisonJobs::join);
        List<Integer> codes =
                jobs.stream().map(job -> job.onExit().join().exitValue()).toList();
        return exitCode(codes);
    }

    private int exitCode(List<Integer> codes) {
        List<Integer> failures =
                codes.stream().filter(code -> code != 0 && code != RESUMABLE).toList();
        if (codes.contains(0)) {
            failures.forEach(code ->
                    Terminal.line("notice: a job ended with exit code " + code + "; others did what it had left"));
            return 0;
        }
        // A job that was killed has a code that is none of ours.
        return failures.stream()
                .findFirst()
                .map(code -> code < RESUMABLE ? code : FAILURE)
                .orElse(RESUMABLE);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElseGet(() ->
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // An agent of this process may write to files or ports that it cannot share.
                .filter(flag -> !flag.startsWith("-javaagent:") && !flag.startsWith("-agentlib:"))
                .forEach(command::add);
        // Compute threads, loaders and the collector's threads all follow from this number.
        command.add("-XX:ActiveProcessorCount=" + Math.max(1, Catalogue.cores() / count));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        command.add("--job-of=" + count);
        return command;
    }

    /** What several jobs complain of or give notice of in the same words is said once. */
    private void print(Process job) {
        try (var lines = job.inputReader()) {
            lines.lines().forEach(this::print);
        } catch (IOException | UncheckedIOException e) {
            // The job is gone, which its exit code tells.
            return;
        }
    }

    private void print(String line) {
        boolean complains = line.startsWith(Terminal.COMPLAINT);
        boolean repeated = (complains || line.startsWith("notice: ")) && !saidOnce.add(line);
        if (complains && !repeated) {
            Terminal.error(line.substring(Terminal.COMPLAINT.length()));
        } else if (!repeated) {
            Terminal.line(line);
        }
    }

    private static void end(Process job) {
        try {
            job.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
            return;
        }
    }

    private static void join(Thread printer) {
        try {
            printer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for jobs", e);
        }
    }
}
