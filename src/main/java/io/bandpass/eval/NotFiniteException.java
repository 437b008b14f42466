package io.bandpass.eval;

/** A classifier gave logits that are no numbers, so that its images belong to no class. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(String message) {
        super(message);
    }
}
