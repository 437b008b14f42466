package io.bandpass.cli;

import io.bandpass.machine.Environment;
import io.bandpass.torch.Engine;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How another process of this program is started: with the Java of this one and its flags. */
final class JavaCommand {
    private JavaCommand() {}

    /**
     * The program with other arguments, as one of several processes, with its share of the machine.
     *
     * @param count number of processes
     * @param number of this one, from 0
     */
    static List<String> share(int count, int number, List<String> arguments) {
        List<String> command = new ArrayList<>(ofThisProcess());
        // Compute threads, loaders and the collector's threads all follow from this number.
        command.add("-XX:ActiveProcessorCount=" + Math.max(1, Engine.physicalCores() / count));
        command.add("-D" + Environment.JOBS + "=" + count);
        command.add("-D" + Environment.JOB + "=" + number);
        command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        return command;
    }

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
