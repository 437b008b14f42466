package io.bandpass.dataset;

import io.bandpass.BandpassException;

/** A server that is unreachable or answers with something else than the requested file. The message is one sentence. */
public final class DownloadException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DownloadException(String message) {
        super(Kind.FAILURE, message);
    }
}
