package io.bandpass.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * Asks a process to finish its step and save when the one that started it closes its input, as its death does too.
 * Ctrl-C reaches all processes of a terminal: the first is the parent's to act on, a second ends this one at once too.
 */
final class StopWithParent implements BooleanSupplier {
    private volatile boolean interrupted;
    private volatile boolean stopped;

    StopWithParent() {
        Signals.on("INT", () -> {
            if (interrupted) {
                Signals.end("INT");
            }
            interrupted = true;
        });
        Signals.on("TERM", () -> stopped = true);
        Thread watcher = new Thread(this::awaitEnd, "parent");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void awaitEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // What cannot be read any more has ended too.
        }
        stopped = true;
    }

    @Override
    public boolean getAsBoolean() {
        return stopped;
    }
}
