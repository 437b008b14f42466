package io.bandpass.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The words by which constants of an enum are named in YAML, on the command line and in metadata: {@code pixel-shuffle}. */
public final class Words {
    private Words() {}

    /** The word of a constant. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant of a word; empty if there is none. */
    public static <E extends Enum<E>> Optional<E> constant(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> of(each).equals(word))
                .findFirst();
    }
}
