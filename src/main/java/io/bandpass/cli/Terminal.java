package io.bandpass.cli;

import io.bandpass.Catalogue;
import java.util.Map;
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

    /** Passes on what another process printed on its error stream. */
    static void errorLine(String line) {
        System.err.println(line);
    }

    /** Lists images that could not be read, by name with the reason. Names of files may hold tabs and line ends. */
    static void unreadable(Map<String, String> images) {
        images.forEach((name, reason) -> error("unreadable: " + (name + ": " + reason).replaceAll("\\p{Cntrl}", "?")));
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
