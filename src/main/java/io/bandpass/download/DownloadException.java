package io.bandpass.download;

/** A server that cannot be reached, or does not give what was asked for: one sentence. */
public final class DownloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DownloadException(String message) {
        super(message);
    }
}
