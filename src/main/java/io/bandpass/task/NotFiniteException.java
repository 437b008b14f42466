package io.bandpass.task;

import io.bandpass.BandpassException;
import java.util.Locale;

/** Thrown when the outputs of a model are NaN or infinite, so that no class, score or image follows from them. */
public final class NotFiniteException extends BandpassException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a sentence that names the output and the images. */
    public NotFiniteException(String message) {
        super(Kind.DATA, message);
    }

    /** Returns the exception for a NaN or infinite logit of a classifier. */
    public static NotFiniteException ofLogit(int logit, double value) {
        return new NotFiniteException("logit " + logit + " of an image is " + value + ", but must be finite");
    }

    /**
     * Returns the exception for other outputs.
     *
     * @param what the outputs, such as {@code features}
     * @param rows number of images whose outputs are not finite
     * @param all number of images evaluated
     * @param images description of the images, such as {@code images to classify}
     */
    public static NotFiniteException of(String what, long rows, long all, String images) {
        return new NotFiniteException(
                String.format(Locale.ROOT, "the %s of %d of %d %s are not finite numbers", what, rows, all, images));
    }
}
