package io.bandpass.config;

import io.bandpass.BandpassException;

/** Thrown for an invalid setting; the message is one sentence that says what is wrong, where, and what is allowed. */
public final class ConfigException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(Kind.CONFIGURATION, message);
    }
}
