package io.bandpass.cli;

import picocli.CommandLine.Option;

/** How long the processes that share a command wait for each other. */
final class ProcessTimeoutOption {
    @Option(
            names = "--process-timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for a process before it counts as lost. Default: 300.")
    private int seconds;

    int seconds() {
        return seconds;
    }
}
