package io.bandpass.data;

import io.bandpass.BandpassException;
import io.bandpass.text.PrintableText;

/** Data that a run cannot be made from: one sentence that says what is wrong, where, and what would be right. */
public final class DataException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(Kind.DATA, PrintableText.of(message));
    }

    /**
     * Of images none of which can be read.
     *
     * @param which the images are, as in {@code "in photos/"}; empty where that is plain
     */
    public static DataException noneReadable(int images, String which) {
        String of = which.isEmpty() ? "" : " " + which;
        return new DataException(
                images == 1
                        ? "the only image" + of + " cannot be read"
                        : "none of the " + images + " images" + of + " can be read");
    }
}
