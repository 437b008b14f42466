package io.bandpass.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many files may be unreadable. */
final class MaxBadOption {
    private static final double DEFAULT = 0.01;

    @Option(
            names = "--max-bad",
            paramLabel = "X",
            description = "Fraction of all files that may be unreadable. Default: " + DEFAULT + ".")
    private @Nullable Double maxBad;

    double orDefault() {
        return maxBad == null ? DEFAULT : maxBad;
    }

    /** As the setting {@code data.max-bad}; null if the flag is not given. */
    @Nullable
    Double value() {
        return maxBad;
    }
}
