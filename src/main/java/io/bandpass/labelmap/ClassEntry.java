package io.bandpass.labelmap;

import java.util.List;

/**
 * A class and the values of masks that mean it.
 *
 * @param values as of {@link MaskValue}, at least one
 */
record ClassEntry(String name, List<Integer> values) {
    ClassEntry {
        values = List.copyOf(values);
    }

    static ClassEntry of(String name, int value) {
        return new ClassEntry(name, List.of(value));
    }
}
