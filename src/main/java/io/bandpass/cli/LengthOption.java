package io.bandpass.cli;

import picocli.CommandLine.Option;

/** How long a round is. */
final class LengthOption {
    @Option(
            names = "--seconds",
            paramLabel = "T",
            defaultValue = "5",
            description = "Seconds per round, in whole steps or batches, at least one. Default: 5.")
    private double seconds;

    double seconds() {
        return seconds;
    }
}
