package io.bandpass.eval;

/** A classifier gave logits that are no numbers, so that its images belong to no class. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int logit;
    private final double value;

    NotFiniteException(int logit, double value) {
        super("logit " + logit + " of an image is " + value + ", but must be finite");
        this.logit = logit;
        this.value = value;
    }

    /** Number of the class whose logit it is. */
    public int logit() {
        return logit;
    }

    /** The logit: NaN or infinite. */
    public double value() {
        return value;
    }
}
