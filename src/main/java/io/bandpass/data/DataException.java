package io.bandpass.data;

import io.bandpass.config.PrintableText;

/** Data that a run cannot be made from: one sentence that says what is wrong, where, and what would be right. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(PrintableText.of(message));
    }
}
