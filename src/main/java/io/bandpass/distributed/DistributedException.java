package io.bandpass.distributed;

import io.bandpass.BandpassException;

/** Thrown when the processes of a run cannot find each other, or when one of them was lost. */
public final class DistributedException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DistributedException(String message) {
        super(Kind.FAILURE, message);
    }

    public DistributedException(String message, Throwable cause) {
        super(Kind.FAILURE, message, cause);
    }

    /** Returns the exception for what a launcher's environment says wrong. */
    static BandpassException environment(String message) {
        return new BandpassException(Kind.CONFIGURATION, message);
    }
}
