package io.bandpass.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How another process of this program is started: with the Java of this one and its flags. */
final class JavaCommand {
    private JavaCommand() {}

    /** The program and its flags, without class path, main class and arguments. */
    static List<String> ofThisProcess() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElseGet(() ->
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // An agent of this process may write to files or ports that it cannot share.
                .filter(flag -> !flag.startsWith("-javaagent:") && !flag.startsWith("-agentlib:"))
                .forEach(command::add);
        return command;
    }
}
