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

/** What this process runs on and with. */
public final class Environment {
    /** The system property that says how many processes share a comparison and the machine, with {@code --jobs}. */
    public static final String JOBS = "bandpass.jobs";

    private static final String BLAS = "blas";
    private static final String VECTOR_INSTRUCTIONS = "vector instructions";

    private Environment() {}

    /** Version of Bandpass, as the build wrote it. */
    public static String version() {
        Properties build = new Properties();
        try (InputStream stream = Environment.class.getResourceAsStream("build.properties")) {
            build.load(Objects.requireNonNull(stream, "build.properties is not beside the classes"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return build.getProperty("version");
    }

    /** How many processes of this program share the machine, this one included. */
    public static int jobs() {
        return Math.max(1, Integer.getInteger(JOBS, 1));
    }

    /** Memory of the machine, or of the container that this process is in, in bytes; of several jobs, the share of one. */
    public static long memoryBytes() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getTotalMemorySize()
                / jobs();
    }

    /** Where the bundled data lies; nothing when Bandpass is used as a library. */
    public static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("bandpass.home")).map(Path::of);
    }

    /** The bundled images. */
    public static Optional<Path> sample(String name) {
        return home().map(home -> home.resolve("samples").resolve(name)).filter(Files::isDirectory);
    }

    /**
     * One of the bundled photographs.
     *
     * @throws DataException if they are not there
     */
    public static Path photograph(String name) {
        return sample("photos")
                .map(folder -> folder.resolve(name))
                .orElseThrow(() -> new DataException(
                        "no image was given, and the bundled photographs are not there; give one with `image`"));
    }

    /** Name of the processor, as far as the system tells it. */
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
     * A sentence for each thing that another session of a run computed with otherwise, and that changes its numbers.
     *
     * @param file what that session wrote; nothing is said where there is none, or it cannot be read
     * @param now as {@link #describe} says it
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

    /** Label to value, for environment.json and for people; LibTorch is loaded. */
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
