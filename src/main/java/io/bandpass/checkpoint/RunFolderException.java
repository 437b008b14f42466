package io.bandpass.checkpoint;

import io.bandpass.BandpassException;

/** A run folder that cannot be used as asked: one sentence that says which, why, and what would be right. */
public final class RunFolderException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public RunFolderException(String message) {
        super(Kind.CONFIGURATION, message);
    }
}
