package io.bandpass.cli;

import java.util.function.BooleanSupplier;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM ask a run to finish its step and save; a second Ctrl-C ends it at once. A shutdown hook could not
 * tell the two apart.
 */
final class StopOnSignal implements BooleanSupplier {
    private static final int INTERRUPTED = 130;
    private static final int RESUMABLE = 75;

    private volatile int exitCode;

    StopOnSignal() {
        Signal.handle(new Signal("INT"), signal -> {
            if (exitCode != 0) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            exitCode = INTERRUPTED;
            Terminal.error("stopping after this step, to be resumed; Ctrl-C again ends at once");
        });
        Signal.handle(new Signal("TERM"), signal -> exitCode = RESUMABLE);
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
