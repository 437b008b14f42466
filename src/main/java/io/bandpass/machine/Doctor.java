package io.bandpass.machine;

import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Device;

/** Checks what Bandpass needs from this machine. */
public final class Doctor {
    private static final long NEEDED_CACHE_BYTES = 1L << 30;

    /**
     * Result of one check.
     *
     * @param sound whether the check passed
     * @param text what was found and, if the check failed, how to fix it
     */
    public record Finding(String subject, boolean sound, String text) {}

    private Doctor() {}

    /** Runs all checks; never throws because of a failed one. */
    public static List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                "java", true, System.getProperty("java.vm.name") + " " + System.getProperty("java.version")));
        findings.add(cache());
        try {
            Engine.start(Engine.physicalCores());
        } catch (RuntimeException e) {
            findings.add(new Finding("libtorch", false, String.valueOf(e.getMessage())));
            return findings;
        }
        for (Map.Entry<String, String> line : Environment.describe().entrySet()) {
            if (!line.getKey().equals("java") && !line.getKey().equals("started")) {
                findings.add(new Finding(line.getKey(), true, line.getValue()));
            }
        }
        findings.add(blas());
        findings.add(new Finding(
                "cuda",
                true,
                Engine.device("auto").is_cuda() ? "a CUDA device answers" : "no CUDA device: the CPU is used"));
        double ratio = Precision.speedOfBf16(new Device("cpu"));
        findings.add(new Finding(
                "bf16",
                true,
                String.format(
                        Locale.ROOT,
                        "matrix products take %.2f times as long as in float32: precision auto is %s",
                        1 / ratio,
                        Precision.choose("auto", new Device("cpu")).word())));
        findings.add(Environment.sample("fashion-mnist")
                .map(path -> new Finding("bundled data", true, path.toString()))
                .orElse(new Finding("bundled data", false, "not found: give your own images with `data`")));
        return findings;
    }

    private static Finding blas() {
        boolean intel = System.getProperty("os.arch").equals("amd64");
        boolean slow = intel && !Engine.blas().equals("MKL");
        return new Finding(
                "matrix products",
                !slow,
                slow
                        ? "answered by " + Engine.blas() + ", about half as fast as MKL: start Java with"
                                + " -Dorg.bytedeco.openblas.load=mkl, as the launcher does"
                        : "answered by " + Engine.blas());
    }

    private static Finding cache() {
        try {
            Path cache = Engine.nativeCache();
            if (!Files.isWritable(cache)) {
                return new Finding(
                        "native cache",
                        false,
                        cache
                                + " cannot be written; set -Dorg.bytedeco.javacpp.cachedir=FOLDER in BANDPASS_JAVA_OPTIONS");
            }
            long free = Files.getFileStore(cache).getUsableSpace();
            boolean empty = isEmpty(cache);
            boolean enough = !empty || free > NEEDED_CACHE_BYTES;
            return new Finding(
                    "native cache",
                    enough,
                    cache + ", " + (free >> 20) + " MB free"
                            + (enough ? "" : ", but unpacking LibTorch takes about 0.8 GB"));
        } catch (IOException | RuntimeException e) {
            return new Finding("native cache", false, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.noneMatch(Files::isDirectory);
        }
    }
}
