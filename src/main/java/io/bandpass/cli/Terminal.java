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

    /** Memory of this process, for progress lines. */
    static long residentBytes() {
        return Catalogue.residentBytes();
    }
}
