package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Compute threads. */
final class ThreadsOption {
    private static final String AUTO = "auto";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Compute threads: a number, or auto, the physical cores.")
    private @Nullable String threads;

    /** Returns their number; empty for auto, or if the flag is not given. */
    OptionalInt threads() {
        if (threads == null || threads.equals(AUTO)) {
            return OptionalInt.empty();
        }
        int count;
        try {
            count = Integer.parseInt(threads);
        } catch (NumberFormatException e) {
            count = 0;
        }
        if (count < 1) {
            throw new ConfigException("--threads is " + threads + ", but must be auto or a whole number above 0");
        }
        return OptionalInt.of(count);
    }

    /** Returns the value of {@code train.threads}; null if the flag is not given. */
    @Nullable
    String setting() {
        OptionalInt count = threads();
        return count.isPresent() ? Integer.toString(count.getAsInt()) : threads;
    }
}
