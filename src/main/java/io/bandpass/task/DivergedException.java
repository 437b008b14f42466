package io.bandpass.task;

import io.bandpass.BandpassException;

/**
 * Thrown when the loss or its gradient was not finite several steps in a row; the message says where and suggests a
 * remedy.
 */
public final class DivergedException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(Kind.DIVERGED, message);
    }
}
