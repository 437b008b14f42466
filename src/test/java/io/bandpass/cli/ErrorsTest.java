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

    @Command(name = "group")
    record Group(Error error) implements Runnable {
        @Command(name = "failing")
        void fail() {
            throw error;
        }

        @Override
        public void run() {}
    }

    /** Picocli calls a method by reflection, and has its own exception around what that throws. */
    @Test
    void anErrorOfACommandThatIsAMethodIsOneLineToo() {
        CommandLine group = Main.commandLine().addSubcommand(new Group(new OutOfMemoryError("Java heap space")));
        assertThat(printed(group, 1, "group", "failing")).startsWith("bandpass: there is not enough memory");
        group = Main.commandLine().addSubcommand(new Group(new UnsatisfiedLinkError("no x")));
        assertThat(printed(group, 4, "group", "failing")).startsWith("bandpass: a native library cannot be loaded");
    }

    private static String printed(Error error, int exitCode) {
        return printed(Main.commandLine().addSubcommand(new Failing(error)), exitCode, "failing");
    }

    private static String printed(CommandLine commandLine, int exitCode, String... arguments) {
        PrintStream usual = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(commandLine.execute(arguments)).isEqualTo(exitCode);
        } finally {
            System.setErr(usual);
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text.strip()).hasLineCount(1);
        return text;
    }
}
