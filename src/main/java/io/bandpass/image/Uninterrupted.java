package io.bandpass.image;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * File reading that is not affected by interrupts. An interrupt closes a channel, also one opened afterwards; without
 * this class the file would count as unreadable.
 */
public final class Uninterrupted {
    /** Opens, reads and closes a file. */
    public interface Reading<T> {
        T read() throws IOException;
    }

    private Uninterrupted() {}

    /** Reads a file, again after each interrupt, and restores the thread's interrupt status. */
    public static <T> T read(Reading<T> reading) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return reading.read();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
