package io.bandpass.format;

import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/**
 * Checks and counts the keys of all maps and sets of one pickle. If an attacker chooses colliding hashes, Java's hash
 * maps stay fast only for keys of a single class, which they can sort.
 */
public final class PickleKeys {
    /** Checkpoints with optimizer state have some 10,000. */
    public static final int MOST = 1 << 18;

    /** Limit for keys that are not text: the parameters of an optimizer are numbered. */
    static final int MOST_WITHOUT_TEXT = 4096;

    private int all;
    private int withoutText;

    /**
     * Counts a key that is put into a map or set.
     *
     * @return the key
     * @throws PickleException if it is not an allowed key, or exceeds the limit
     */
    public Object take(@Nullable Object key) {
        if (key instanceof String) {
            count();
            return key;
        }
        // Floating-point keys, which no program uses, could be chosen to collide with any integer.
        if (key instanceof Integer || key instanceof Long || key instanceof Boolean || key instanceof Object[]) {
            if (++withoutText > MOST_WITHOUT_TEXT) {
                throw new PickleException("more than " + MOST_WITHOUT_TEXT + " keys of its maps are no text");
            }
            count();
            return key;
        }
        // Lists and maps as keys could contain themselves, and computing their hash would never end.
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
