package io.bandpass.config;

import io.bandpass.BandpassException;

/** A setting that cannot be used: the message is one sentence that says what is wrong, where, and what would be right. */
public final class ConfigException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(Kind.CONFIGURATION, message);
    }
}
