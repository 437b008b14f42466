package io.bandpass.format;

import io.bandpass.BandpassException;

/**
 * A weights file or checkpoint that cannot be used. The message is one sentence: which file, what is wrong, and what
 * would be right.
 */
public final class WeightsException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public WeightsException(String message) {
        super(Kind.DATA, message);
    }
}
