package io.bandpass.data;

import io.bandpass.BandpassException;
import io.bandpass.text.PrintableText;

/** Data that cannot be used for a run. The message is one sentence: what is wrong, where, and what would be right. */
public final class DataException extends BandpassException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(Kind.DATA, PrintableText.of(message));
    }

    /**
     * Returns the error for a set without a single readable image.
     *
     * @param which the set, as in {@code "in photos/"}; empty if that is obvious
     */
    public static DataException noneReadable(int images, String which) {
        String of = which.isEmpty() ? "" : " " + which;
        return new DataException(
                images == 1
                        ? "the only image" + of + " cannot be read"
                        : "none of the " + images + " images" + of + " can be read");
    }

    /** As {@link #noneReadable(int, String)}, with the reason if there is only one. */
    static DataException noneReadable(UnreadableImages unreadable, String which) {
        String message = noneReadable(unreadable.files(), which).getMessage();
        return new DataException(
                unreadable.reasons().size() == 1
                        ? message + ": "
                                + unreadable.reasons().values().iterator().next()
                        : message);
    }
}
