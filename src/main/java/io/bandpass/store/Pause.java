package io.bandpass.store;

import java.nio.channels.ClosedByInterruptException;

/** Waiting, which an interrupt ends as it ends reading a file. */
final class Pause {
    private Pause() {}

    static void millis(long millis) throws ClosedByInterruptException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }
}
