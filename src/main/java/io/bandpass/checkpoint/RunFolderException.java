package io.bandpass.checkpoint;

import io.bandpass.BandpassException;

/** Thrown when a run folder cannot be used as requested; the message says which, why, and what to do instead. */
public final class RunFolderException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public RunFolderException(String message) {
        super(Kind.CONFIGURATION, message);
    }
}
