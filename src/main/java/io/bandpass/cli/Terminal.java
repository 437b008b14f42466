package io.bandpass.cli;

import io.bandpass.Catalogue;
import org.jspecify.annotations.Nullable;

/** The only place that prints. */
final class Terminal {
    private Terminal() {}

    static void line(String text) {
        System.out.println(text);
    }

    static void error(@Nullable String text) {
        System.err.println("bandpass: " + text);
    }

    /** Whether a person looks on; said by the launcher, because Java 17 to 25 disagree on what a console is. */
    static boolean interactive() {
        return Boolean.getBoolean("bandpass.terminal");
    }

    /** Memory of this process, for progress lines. */
    static long residentBytes() {
        return Catalogue.residentBytes();
    }
}
