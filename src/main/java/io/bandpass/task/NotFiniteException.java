package io.bandpass.task;

import io.bandpass.BandpassException;
import java.util.Locale;

/** What a model makes of images are no numbers, so that nothing can be said about them: no class, no score, no picture. */
public final class NotFiniteException extends BandpassException {
    private static final long serialVersionUID = 1L;

    /** One sentence that says what is not finite, of which images. */
    public NotFiniteException(String message) {
        super(Kind.DATA, message);
    }

    /** A logit of a classifier, NaN or infinite. */
    public static NotFiniteException ofLogit(int logit, double value) {
        return new NotFiniteException("logit " + logit + " of an image is " + value + ", but must be finite");
    }

    /**
     * About what was made of images.
     *
     * @param what was made, such as {@code features}
     * @param rows of how many images it is not finite
     * @param all how many have been looked at
     * @param images what these are for, such as {@code images to classify}
     */
    public static NotFiniteException of(String what, long rows, long all, String images) {
        return new NotFiniteException(
                String.format(Locale.ROOT, "the %s of %d of %d %s are not finite numbers", what, rows, all, images));
    }
}
