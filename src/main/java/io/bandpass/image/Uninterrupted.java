package io.bandpass.image;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Reading that an interrupt of the thread does not turn into a file that cannot be read. A channel is closed by an
 * interrupt, and closes at once in a thread that was interrupted before; the file is no worse for that.
 */
final class Uninterrupted {
    /** Opens, reads and closes a file. */
    interface Reading<T> {
        T read() throws IOException;
    }

    private Uninterrupted() {}

    /** Reads as often as interrupts want it, and leaves the thread interrupted where there was one. */
    static <T> T read(Reading<T> reading) throws IOException {
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
