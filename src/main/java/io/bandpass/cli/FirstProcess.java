package io.bandpass.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The first process of a container, when that is this program. The kernel ends it by no signal that it leaves to the
 * default action, so that it could end only by C's {@code exit}, which {@link Signals} is there to avoid. So it computes
 * nothing: it starts the program as a process of its own, hands signals on, and ends as that one does.
 */
final class FirstProcess {
    private static final long FIRST = 1;
    private static final int FAILURE = 1;
    private static final long PATIENCE_SECONDS = 2;

    private FirstProcess() {}

    static boolean isThis() {
        return ProcessHandle.current().pid() == FIRST;
    }

    /**
     * Runs the program in a process of its own.
     *
     * @return its exit code, 143 or 130 where a signal ended it
     */
    static int run(List<String> arguments) {
        // What the system's folder of processes says of number 1 may be another one: it can be that of the host.
        List<String> command = new ArrayList<>(JavaCommand.ofThisProcess());
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        Process program;
        try {
            program = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            Terminal.error("the program cannot be started beside the first process (" + e.getMessage()
                    + "); start the container with an init, such as docker run --init");
            return FAILURE;
        }
        Signals.on("TERM", program::destroy);
        Signals.on("INT", () -> interrupt(program));
        return program.onExit().join().exitValue();
    }

    /** Ctrl-C in a terminal reaches both processes; a signal that is sent to a container reaches the first one alone. */
    private static void interrupt(Process program) {
        if (hasTerminal()) {
            return;
        }
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -INT " + program.pid())
                    .start()
                    .waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            // There is no such shell.
            program.destroy();
        }
    }

    private static boolean hasTerminal() {
        try (FileInputStream terminal = new FileInputStream("/dev/tty")) {
            return terminal.getFD().valid();
        } catch (IOException e) {
            return false;
        }
    }
}
