package io.bandpass.store;

import io.bandpass.BandpassException;

/**
 * A store that does not give what it should: it is out of reach, refuses, or its file has changed. Says nothing about the
 * images in it, so that they never count as unreadable. The message is one sentence.
 */
public final class StoreException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(Kind.FAILURE, message);
    }

    StoreException(Kind kind, String message) {
        super(kind, message);
    }

    public StoreException(String message, Throwable cause) {
        super(Kind.FAILURE, message, cause);
    }

    static StoreException changed(RemotePath file) {
        return new StoreException(
                file + " has changed since it was opened; start again, so that all of it is of one state");
    }
}
