package io.bandpass.labelmap;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How files and folders are named by the split that they hold: {@code train2017}, {@code instances_val}. */
final class SplitNames {
    /** Names of folders of held-out images, the preferred first. */
    static final List<String> HELD_OUT = List.of("val", "valid", "validation", "test");

    private static final List<String> VALIDATION = List.of("val", "valid", "validation");

    private SplitNames() {}

    static boolean isValidation(String name) {
        return words(name).stream().anyMatch(VALIDATION::contains);
    }

    static boolean isTest(String name) {
        return words(name).contains("test");
    }

    private static List<String> words(String name) {
        return Arrays.asList(name.toLowerCase(Locale.ROOT).split("[^a-z]+"));
    }
}
