package io.bandpass.task;

import io.bandpass.BandpassException;

/** The loss or its gradient was not finite several steps in a row: one sentence that says where and what to try. */
public final class DivergedException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(Kind.DIVERGED, message);
    }
}
