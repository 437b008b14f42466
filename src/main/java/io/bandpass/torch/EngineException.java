package io.bandpass.torch;

/** LibTorch or the asked device cannot be used: one sentence that says why and what would help. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
