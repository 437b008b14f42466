package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.distributed.NodeLaunch;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Several processes that train one model: how many, and what happens if one fails. */
final class ProcessesOptions {
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

    @Mixin
    private ProcessTimeoutOption timeout = new ProcessTimeoutOption();

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
        Optional<NodeLaunch> launch = ProcessGroup.toStart(processes, environment);
        if (mostRestarts > 0 && launch.isEmpty() && !JobProcesses.isJob()) {
            throw new ConfigException(
                    "--max-restarts is for the processes that --processes starts; another launcher has an option of its own for it");
        }
        return launch;
    }

    /** Works as one of several processes, if there are others. */
    int join(Map<String, String> environment, ProcessGroup.Work work) throws IOException {
        return ProcessGroup.join(environment, timeout.seconds(), work);
    }
}
