package io.bandpass.cli;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.GlooCommunicator;
import io.bandpass.distributed.LaunchEnvironment;
import io.bandpass.distributed.NodeLaunch;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The processes that share a command: which this one has to start, and how it joins the others. */
final class ProcessGroup {
    /** Seconds to wait for another process. */
    static final int DEFAULT_TIMEOUT = 300;

    private static final int MOST = 1024;
    private static final int LEAST_TIMEOUT = 5;

    private ProcessGroup() {}

    /** What a process does as one of several. */
    @FunctionalInterface
    interface Work {
        /** Returns the exit code. */
        int run(Communicator processes) throws IOException;
    }

    /**
     * Returns the processes that this one has to start, if it is not one of several itself.
     *
     * @param count that of {@code --processes}; null if it is not given
     * @throws ConfigException if flag and environment contradict each other
     */
    static Optional<NodeLaunch> toStart(@Nullable Integer count, Map<String, String> environment) {
        if (count != null && (count < 1 || count > MOST)) {
            throw new ConfigException(
                    String.format(Locale.ROOT, "--processes is %d, but must be a number from 1 to %d", count, MOST));
        }
        if (count != null && !isStarted(environment)) {
            return count == 1 ? Optional.empty() : Optional.of(NodeLaunch.local(count));
        }
        return LaunchEnvironment.of(environment).isPresent() ? Optional.empty() : NodeLaunch.of(environment);
    }

    /** Whether this process is one of several; --processes in the script of a Slurm job starts them itself. */
    private static boolean isStarted(Map<String, String> environment) {
        if (JobProcesses.isJob()) {
            return true;
        }
        if (environment.containsKey("RANK") && environment.containsKey("WORLD_SIZE")) {
            throw new ConfigException("a launcher has started this process as number " + environment.get("RANK")
                    + " of " + environment.get("WORLD_SIZE") + " already: leave out --processes");
        }
        return false;
    }

    /**
     * Works as one of several processes, if there are others, which learn why this one fails, if it does.
     *
     * @param timeout seconds to wait for another process
     * @return the exit code of the work
     */
    static int join(Map<String, String> environment, int timeout, Work work) throws IOException {
        if (timeout < LEAST_TIMEOUT) {
            throw new ConfigException(String.format(
                    Locale.ROOT, "--process-timeout is %d, but must be at least %d s", timeout, LEAST_TIMEOUT));
        }
        try (Communicator processes = connect(environment, timeout)) {
            try {
                return work.run(processes);
            } catch (IOException | RuntimeException | Error e) {
                processes.fail(e);
                throw e;
            }
        }
    }

    private static Communicator connect(Map<String, String> environment, int timeout) {
        return LaunchEnvironment.of(environment)
                .<Communicator>map(own -> GlooCommunicator.connect(own, Duration.ofSeconds(timeout)))
                .orElseGet(Communicator::single);
    }

    /** Does what may fail; the launcher that has started this process, if any, learns why it did. */
    static int reporting(Map<String, String> environment, Attempt attempt) throws IOException {
        try {
            return attempt.run();
        } catch (IOException | RuntimeException | Error e) {
            ErrorFile.write(environment, BandpassException.reason(e));
            throw e;
        }
    }

    /** What may fail. */
    @FunctionalInterface
    interface Attempt {
        /** Returns the exit code. */
        int run() throws IOException;
    }
}
