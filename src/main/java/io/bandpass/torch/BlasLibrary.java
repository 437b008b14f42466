package io.bandpass.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The library that LibTorch is bound to. It asks for {@code libopenblas.so.0}, and JavaCPP lays a link of that name beside
 * it, which leads to OpenBLAS or to MKL: which one, is only certain from what lies in memory.
 */
final class BlasLibrary {
    static final String MKL = "MKL";
    static final String OPENBLAS = "OpenBLAS";

    private static final Path MAPPED = Path.of("/proc/self/maps");
    private static final String TORCH = "libtorch_cpu.so";
    private static final String LINK = "libopenblas.so.0";

    private BlasLibrary() {}

    /** Its name; nothing where the system does not tell what a process has loaded, or LibTorch is not. */
    static Optional<String> loaded() {
        try (Stream<String> lines = Files.lines(MAPPED)) {
            return of(lines.filter(line -> line.indexOf('/') > 0)
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .distinct()
                    .toList());
        } catch (IOException | RuntimeException notLinux) {
            return Optional.empty();
        }
    }

    /**
     * The one among loaded files.
     *
     * @param files by their real paths
     */
    static Optional<String> of(List<Path> files) {
        Optional<Path> torch =
                files.stream().filter(file -> file.endsWith(TORCH)).findFirst();
        List<String> found =
                files.stream().flatMap(file -> kind(file).stream()).distinct().toList();
        if (torch.isEmpty() || found.isEmpty()) {
            return Optional.empty();
        }
        if (found.size() == 1) {
            return Optional.of(found.get(0));
        }
        // Where other bindings have loaded another one too, it is the one that the link beside LibTorch leads to.
        try {
            Path linked = torch.get().resolveSibling(LINK).toRealPath();
            return files.contains(linked) ? kind(linked) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a file is: MKL's has the name of OpenBLAS in JavaCPP's archive of it. */
    private static Optional<String> kind(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith("libmkl_rt.")) {
            return Optional.of(MKL);
        }
        if (!name.startsWith("libopenblas.")) {
            return Optional.empty();
        }
        return Optional.of(file.toString().contains("/bytedeco/mkl/") ? MKL : OPENBLAS);
    }
}
