package io.bandpass.checkpoint;

/** A run folder that cannot be used as asked: one sentence that says which, why, and what would be right. */
public final class RunFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RunFolderException(String message) {
        super(message);
    }
}
