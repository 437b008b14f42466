package io.bandpass.format;

import io.bandpass.BandpassException;

/** A file of tensors, or a checkpoint, that cannot be used: one sentence that says which file, what and what would be right. */
public final class WeightsException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public WeightsException(String message) {
        super(Kind.DATA, message);
    }
}
