package io.bandpass.cli;

import java.util.function.BooleanSupplier;

/**
 * Ctrl-C and SIGTERM ask a run to finish its step and save; a second Ctrl-C ends it at once. A shutdown hook could not
 * tell the two apart.
 */
final class StopOnSignal implements BooleanSupplier {
    static final int INTERRUPTED = 130;
    static final int RESUMABLE = 75;

    private volatile int exitCode;

    StopOnSignal() {
        Signals.on("INT", () -> {
            if (exitCode != 0) {
                Signals.end("INT");
            }
            exitCode = INTERRUPTED;
            Terminal.error("stopping after this step, to be resumed; Ctrl-C again ends at once");
        });
        Signals.on("TERM", () -> exitCode = RESUMABLE);
    }

    @Override
    public boolean getAsBoolean() {
        return exitCode != 0;
    }

    /** 130 after Ctrl-C, 75 after SIGTERM, 0 without either. */
    int exitCode() {
        return exitCode;
    }
}
