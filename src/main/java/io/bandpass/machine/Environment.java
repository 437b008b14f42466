package io.bandpass.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.data.DataException;
import io.bandpass.text.Json;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** Environment of this process: versions, processor, memory and bundled data. */
public final class Environment {
    /** System property with the number of processes that share a command and the machine, set by {@code --jobs}. */
    public static final String JOBS = "bandpass.jobs";

    /** System property with the number of such a process among them, from 0. */
    public static final String JOB = "bandpass.job";

    /** System property with the number of processes of this machine that train one model, set by the launcher. */
    private static final String PROCESSES = "bandpass.processes";

    private static final String PROCESS_COUNT = "processes";
    private static final String BLAS = "blas";
    private static final String VECTOR_INSTRUCTIONS = "vector instructions";

    private Environment() {}

    /** Returns the version of Bandpass, as the build wrote it. */
    public static String version() {
        Properties build = new Properties();
        try (InputStream stream = Environment.class.getResourceAsStream("build.properties")) {
            build.load(Objects.requireNonNull(stream, "build.properties is not beside the classes"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return build.getProperty("version");
    }

    /** Returns the number of Bandpass processes that share the machine, including this one. */
    public static int jobs() {
        return Math.max(1, Integer.getInteger(JOBS, Integer.getInteger(PROCESSES, 1)));
    }

    /** Returns the memory in bytes of the machine or container; with several jobs, the share of one. */
    public static long memoryBytes() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getTotalMemorySize()
                / jobs();
    }

    /** Returns the folder of the bundled data; empty when Bandpass is used as a library. */
    public static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("bandpass.home")).map(Path::of);
    }

    /** Returns the folder of a bundled data set, if present. */
    public static Optional<Path> sample(String name) {
        return home().map(home -> home.resolve("samples").resolve(name)).filter(Files::isDirectory);
    }

    /**
     * Returns one of the bundled photographs.
     *
     * @throws DataException if they are missing
     */
    public static Path photograph(String name) {
        return sample("photos")
                .map(folder -> folder.resolve(name))
                .orElseThrow(() -> new DataException(
                        "no image was given, and the bundled photographs are not there; give one with `image`"));
    }

    /** Returns the processor name if the system reports it, else the architecture. */
    public static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElseGet(Environment::architecture);
        } catch (IOException notLinux) {
            return architecture();
        }
    }

    private static String architecture() {
        return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse(System.getProperty("os.arch"));
    }

    /**
     * Returns a sentence for each difference to an earlier session's environment that changes numerical results.
     *
     * @param file environment file of that session; no sentences if it is missing or unreadable
     * @param now current environment, from {@link #describe}
     */
    public static List<String> changes(Path file, Map<String, String> now) {
        JsonNode before;
        try {
            before = Json.mapper().readTree(Files.readString(file));
        } catch (IOException none) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        for (String label : List.of(BLAS, VECTOR_INSTRUCTIONS)) {
            String then = before.path(label).asText();
            if (!then.isEmpty() && !then.equals(now.get(label))) {
                sentences.add(String.format(
                        Locale.ROOT,
                        "this session computes with %s than the one before (%s then, %s now): its numbers may differ from"
                                + " those of a run that was never stopped",
                        label.equals(BLAS) ? "another BLAS" : "other vector instructions",
                        then,
                        now.get(label)));
            }
        }
        return sentences;
    }

    /** Returns the number of processes of an earlier session, by its environment file; 1 where it does not say. */
    public static int processes(Path file) {
        try {
            return Math.max(
                    1,
                    Json.mapper()
                            .readTree(Files.readString(file))
                            .path(PROCESS_COUNT)
                            .asInt(1));
        } catch (IOException none) {
            return 1;
        }
    }

    /**
     * Returns values by label, for environment.json, of a session with so many processes.
     *
     * @param processes that train one model
     */
    public static Map<String, String> describe(int processes) {
        Map<String, String> lines = describe();
        lines.put(PROCESS_COUNT, String.valueOf(processes));
        return lines;
    }

    /** Returns values by label, for display. LibTorch must be loaded. */
    public static Map<String, String> describe() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("bandpass", version());
        lines.put("libtorch", Engine.version());
        lines.put(BLAS, Engine.blas());
        lines.put(VECTOR_INSTRUCTIONS, Engine.vectorInstructions());
        lines.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        lines.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        lines.put(
                "cores",
                Engine.physicalCores() + " physical, " + Runtime.getRuntime().availableProcessors() + " logical");
        lines.put("memory", (memoryBytes() >> 20) + " MB");
        lines.put("started", Instant.now().toString());
        return lines;
    }
}
