package io.bandpass.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Names of enum constants in YAML, on the command line and in metadata: {@code pixel-shuffle}. */
public final class Words {
    private Words() {}

    /** Returns the name of a constant. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the constant with a name, if any. */
    public static <E extends Enum<E>> Optional<E> constant(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(word))
                .findFirst();
    }
}
