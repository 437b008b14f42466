package io.bandpass.format;

import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of all maps and sets of one pickle. Java finds keys of one class fast even where a stranger has chosen them to
 * have the same hash, as it can put them in order, but not those of several classes.
 */
public final class PickleKeys {
    /** Checkpoints with the state of an optimizer have some 10,000. */
    public static final int MOST = 1 << 18;

    /** The parameters of an optimizer are numbered. */
    static final int MOST_WITHOUT_TEXT = 4096;

    private int all;
    private int withoutText;

    /**
     * Counts a key that is put into a map or set.
     *
     * @return the same
     * @throws PickleException if it is none that can be used, or one too many
     */
    public Object take(@Nullable Object key) {
        if (key instanceof String) {
            count();
            return key;
        }
        // Fractions, which no program uses as keys, may be chosen to have the hash of any whole number.
        if (key instanceof Integer || key instanceof Long || key instanceof Boolean || key instanceof Object[]) {
            if (++withoutText > MOST_WITHOUT_TEXT) {
                throw new PickleException("more than " + MOST_WITHOUT_TEXT + " keys of its maps are no text");
            }
            count();
            return key;
        }
        // Lists and maps as keys could contain themselves, and their hash would never end.
        throw new PickleException(
                key instanceof Number
                        ? "a key is a number with a fraction, or one of more than 64 bits"
                        : "a key is neither text nor a number");
    }

    private void count() {
        if (++all > MOST) {
            throw new PickleException("its maps have more than " + MOST + " keys");
        }
    }
}
