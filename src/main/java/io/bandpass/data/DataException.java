package io.bandpass.data;

import io.bandpass.BandpassException;
import io.bandpass.text.PrintableText;
import java.util.Collection;

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
        DataException plain = noneReadable(unreadable.files(), which);
        Collection<String> reasons = unreadable.reasons().values();
        return reasons.size() == 1
                ? new DataException(
                        plain.getMessage() + ": " + reasons.iterator().next())
                : plain;
    }
}
