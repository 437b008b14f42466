package io.bandpass.bench;

import io.bandpass.machine.Environment;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Figures of this process and its machine that all benchmarks share. */
final class ProcessUsage {
    private static final String PEAK = "VmHWM:";

    private ProcessUsage() {}

    /**
     * Adds the memory of this process in bytes.
     *
     * @param resident resident memory observed so far, oldest first
     */
    static void putMemory(Map<String, Object> figures, List<Long> resident) {
        long now = Engine.residentBytes();
        MemoryMXBean java = ManagementFactory.getMemoryMXBean();
        long managed = java.getHeapMemoryUsage().getCommitted()
                + java.getNonHeapMemoryUsage().getCommitted();
        figures.put("peak_rss_bytes", peakBytes(resident, now));
        figures.put("native_bytes", Math.max(0, now - managed));
        figures.put("resident_bytes_rounds", resident);
    }

    /** Returns the peak resident memory as Linux reports it; on other systems, the largest observed. */
    private static long peakBytes(List<Long> resident, long now) {
        long observed =
                Math.max(now, resident.stream().mapToLong(Long::longValue).max().orElse(0));
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(observed);
        } catch (IOException notLinux) {
            return observed;
        }
    }

    /** Adds versions, machine and time. LibTorch must be loaded. */
    static void putMachine(Map<String, Object> figures) {
        figures.put("blas", Engine.blas());
        figures.put("vector_instructions", Engine.vectorInstructions());
        figures.put("processor", Environment.processor());
        figures.put("cores", Engine.physicalCores());
        figures.put("version", Environment.version());
        figures.put("libtorch", Engine.version());
        figures.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        figures.put("date", Instant.now().toString());
    }
}
