package io.bandpass.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own, with the engine flags of this one. */
public final class ChildProcess implements AutoCloseable {
    private static final int LIMIT_SECONDS = 300;

    private final Process process;
    private final Path output;

    /** Starts {@code bandpass} with these arguments; what it prints goes to a file. */
    public ChildProcess(Path output, List<String> arguments) throws IOException {
        this(output, "io.bandpass.cli.Main", arguments);
    }

    /** Starts another class with these arguments. */
    public ChildProcess(Path output, String mainClass, List<String> arguments) throws IOException {
        this(output, List.of(), List.of(), Map.of(), mainClass, arguments);
    }

    /** Starts a class with more flags of Java, which win over those of this process, and other variables. */
    public ChildProcess(
            Path output, List<String> flags, Map<String, String> environment, String mainClass, List<String> arguments)
            throws IOException {
        this(output, List.of(), flags, environment, mainClass, arguments);
    }

    /**
     * Starts a class in other surroundings.
     *
     * @param environment what is other in it; an empty value for what is not set
     * @param before words of a command that runs the rest, such as {@code env}
     */
    public ChildProcess(
            Path output, Map<String, String> environment, List<String> before, String mainClass, List<String> arguments)
            throws IOException {
        this(output, before, List.of(), environment, mainClass, arguments);
    }

    private ChildProcess(
            Path output,
            List<String> before,
            List<String> flags,
            Map<String, String> environment,
            String mainClass,
            List<String> arguments)
            throws IOException {
        this.output = output;
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        process = builder.start();
    }

    /** Runs to the end and returns the exit code. */
    public static int run(Path output, List<String> arguments) throws IOException, InterruptedException {
        try (ChildProcess child = new ChildProcess(output, arguments)) {
            return child.exitCode();
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The processes that it has started. */
    public List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends a signal by name, such as INT. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the program did not end; it printed:\n" + printed());
        }
        return process.exitValue();
    }

    public String printed() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
