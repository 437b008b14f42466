package io.bandpass.dataset;

import io.bandpass.BandpassException;

/** A server that cannot be reached, or does not give what was asked for: one sentence. */
public final class DownloadException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DownloadException(String message) {
        super(Kind.FAILURE, message);
    }
}
