package io.bandpass.cli;

import io.bandpass.text.PrintableText;
import io.bandpass.torch.Engine;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The only place that prints. What would steer a terminal, wherever it came from, is printed as an escape. */
final class Terminal {
    private static volatile boolean muted;

    private Terminal() {}

    /** Ends what this process prints, but for errors, where it is one of several and another one speaks for all. */
    static void muteUnless(boolean speaks) {
        muted = !speaks;
    }

    static void line(String text) {
        if (muted) {
            return;
        }
        System.out.println(PrintableText.ofLines(FlagNames.in(text)));
    }

    static void error(@Nullable String text) {
        System.err.println("bandpass: " + PrintableText.ofLines(FlagNames.in(String.valueOf(text))));
    }

    /** Passes on what another process printed on its error stream. */
    static void errorLine(String line) {
        System.err.println(PrintableText.ofLines(line));
    }

    /** Prints sentences about what is not as one would expect. */
    static void notices(List<String> notices) {
        notices.forEach(notice -> line("notice: " + PrintableText.of(notice)));
    }

    /** Lists images that could not be read, by name with the reason. Names of files may hold tabs and line ends. */
    static void unreadable(Map<String, String> images) {
        if (muted) {
            return;
        }
        images.forEach((name, reason) -> error("unreadable: " + PrintableText.of(name + ": " + reason)));
    }

    /** Whether a person looks on; said by the launcher, because Java 17 to 25 disagree on what a console is. */
    static boolean interactive() {
        return !muted && Boolean.getBoolean("bandpass.terminal");
    }

    /** Memory of this process, for progress lines. */
    static long residentBytes() {
        return Engine.residentBytes();
    }
}
