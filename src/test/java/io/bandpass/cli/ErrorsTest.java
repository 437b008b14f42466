package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** An error that no command has handled is one line and an exit code, without a trace. */
final class ErrorsTest {
    @Command(name = "failing")
    private record Failing(Throwable error) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            if (error instanceof Exception exception) {
                throw exception;
            }
            throw (Error) error;
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

    /** What such exceptions say by themselves is a path. */
    @Test
    void aFileThatIsNotThereHasAReason() {
        NoSuchFileException gone = new NoSuchFileException("photos/a.jpg");
        String sentence = "bandpass: reading or writing failed: photos/a.jpg: the file is not there\n";
        assertThat(printed(gone, 1)).isEqualTo(sentence);
        assertThat(printed(new UncheckedIOException(gone), 1)).isEqualTo(sentence);
        assertThat(printed(new UncheckedIOException("index: too short", gone), 1))
                .endsWith("failed: index: too short\n");
        assertThat(printed(new AccessDeniedException("a.jpg"), 1)).endsWith("a.jpg: there is no permission\n");
        assertThat(printed(new FileSystemException("a.jpg", null, "No space left on device"), 1))
                .endsWith("a.jpg: No space left on device\n");
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

    private static String printed(Throwable error, int exitCode) {
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
