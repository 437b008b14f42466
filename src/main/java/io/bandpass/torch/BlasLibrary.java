package io.bandpass.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The BLAS that LibTorch is linked against. LibTorch links {@code libopenblas.so.0}; JavaCPP places a link of that name
 * beside it, which points to OpenBLAS or to MKL. Only the process's memory map tells which.
 */
final class BlasLibrary {
    static final String MKL = "MKL";
    static final String OPENBLAS = "OpenBLAS";

    private static final Path MAPPED = Path.of("/proc/self/maps");
    private static final String TORCH = "libtorch_cpu.so";
    private static final String LINK = "libopenblas.so.0";

    private BlasLibrary() {}

    /** Returns its name, or nothing if the system does not expose loaded libraries or LibTorch is not loaded. */
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
     * Finds the BLAS among loaded files.
     *
     * @param files real paths
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
        // If other bindings loaded a second BLAS, the link beside LibTorch decides.
        try {
            Path linked = torch.get().resolveSibling(LINK).toRealPath();
            return files.contains(linked) ? kind(linked) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the kind of BLAS in a file. JavaCPP's MKL archive holds MKL under OpenBLAS's file name as well. */
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
