package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.GlooCommunicator;
import io.bandpass.distributed.LaunchEnvironment;
import io.bandpass.distributed.NodeLaunch;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Several processes that train one model: how many, and what happens if one fails. */
final class ProcessesOptions {
    private static final int MOST = 1024;
    private static final int LEAST_TIMEOUT = 5;

    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "Train in N processes of this machine, each with an equal part of every batch. Default: 1.")
    private @Nullable Integer processes;

    @Option(
            names = "--max-restarts",
            paramLabel = "N",
            defaultValue = "0",
            description = "How often to start them again from the newest checkpoint if one fails. Default: 0.")
    private int mostRestarts;

    @Option(
            names = "--process-timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for a process before it counts as lost. Default: 300.")
    private int timeout;

    int mostRestarts() {
        if (mostRestarts < 0) {
            throw new ConfigException("--max-restarts is " + mostRestarts + ", but must not be negative");
        }
        return mostRestarts;
    }

    /**
     * Returns the processes that this one has to start, if it is not one of several itself.
     *
     * @throws ConfigException if flags and environment contradict each other
     */
    Optional<NodeLaunch> launch(Map<String, String> environment) {
        if (processes != null && (processes < 1 || processes > MOST)) {
            throw new ConfigException(String.format(
                    Locale.ROOT, "--processes is %d, but must be a number from 1 to %d", processes, MOST));
        }
        Optional<NodeLaunch> launch = launch(processes, environment);
        if (mostRestarts > 0 && launch.isEmpty() && !JobProcesses.isJob()) {
            throw new ConfigException(
                    "--max-restarts is for the processes that --processes starts; another launcher has an option of its own for it");
        }
        return launch;
    }

    private static Optional<NodeLaunch> launch(@Nullable Integer count, Map<String, String> environment) {
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

    /** Connects this process with the others, if there are any. */
    Communicator connect(Map<String, String> environment) {
        if (timeout < LEAST_TIMEOUT) {
            throw new ConfigException(String.format(
                    Locale.ROOT, "--process-timeout is %d, but must be at least %d s", timeout, LEAST_TIMEOUT));
        }
        return LaunchEnvironment.of(environment)
                .<Communicator>map(own -> GlooCommunicator.connect(own, Duration.ofSeconds(timeout)))
                .orElseGet(Communicator::single);
    }
}
