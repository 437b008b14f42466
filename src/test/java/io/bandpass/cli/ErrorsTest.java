package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** An error that no command has handled is one line and an exit code, without a trace. */
final class ErrorsTest {
    @Command(name = "failing")
    private record Failing(Error error) implements Callable<Integer> {
        @Override
        public Integer call() {
            throw error;
        }
    }

    @Test
    void anErrorOfACommandIsOneLine() {
        assertThat(printed(new StackOverflowError(), 1)).startsWith("bandpass: something is nested too deeply");
        assertThat(printed(new OutOfMemoryError("Java heap space"), 1))
                .startsWith("bandpass: there is not enough memory");
        assertThat(printed(new UnsatisfiedLinkError("no x"), 4))
                .startsWith("bandpass: a native library cannot be loaded");
        assertThat(printed(new AssertionError("odd"), 1)).startsWith("bandpass: an error that should not happen: odd");
    }

    private static String printed(Error error, int exitCode) {
        PrintStream usual = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            CommandLine commandLine = Main.commandLine().addSubcommand(new Failing(error));
            assertThat(commandLine.execute("failing")).isEqualTo(exitCode);
        } finally {
            System.setErr(usual);
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text.strip()).hasLineCount(1);
        return text;
    }
}
