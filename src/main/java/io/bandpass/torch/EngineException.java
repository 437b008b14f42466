package io.bandpass.torch;

import io.bandpass.BandpassException;

/** Thrown when LibTorch or the requested device cannot be used; the message gives the reason and a remedy. */
public final class EngineException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(Kind.DEVICE, message);
    }

    public EngineException(String message, Throwable cause) {
        super(Kind.DEVICE, message, cause);
    }
}
