package io.bandpass.torch;

import io.bandpass.BandpassException;

/** LibTorch or the asked device cannot be used: one sentence that says why and what would help. */
public final class EngineException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(Kind.DEVICE, message);
    }

    public EngineException(String message, Throwable cause) {
        super(Kind.DEVICE, message, cause);
    }
}
