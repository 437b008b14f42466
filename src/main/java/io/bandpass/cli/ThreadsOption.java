package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Compute threads. */
final class ThreadsOption {
    @Option(names = "--threads", paramLabel = "N", description = "Compute threads. Default: the physical cores.")
    private @Nullable Integer threads;

    OptionalInt threads() {
        if (threads == null) {
            return OptionalInt.empty();
        }
        if (threads < 1) {
            throw new ConfigException("--threads is " + threads + ", but must be a whole number above 0");
        }
        return OptionalInt.of(threads);
    }
}
