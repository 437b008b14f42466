package io.bandpass.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names as JavaCPP lays them into its cache. */
final class BlasLibraryTest {
    @TempDir
    private Path folder;

    private Path file(String name) throws IOException {
        Path file = folder.toRealPath().resolve("org/bytedeco").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "");
    }

    @Test
    void whatIsInMemoryCountsAndNotItsName() throws IOException {
        Path torch = file("pytorch/libtorch_cpu.so");
        Path mkl = file("mkl/libopenblas.so.0");
        Path open = file("openblas/libopenblas.so.0");
        Path lapack = file("openblas/libjniopenblas.so");
        assertThat(BlasLibrary.of(List.of(torch, lapack, mkl))).hasValue("MKL");
        assertThat(BlasLibrary.of(List.of(torch, lapack, open))).hasValue("OpenBLAS");
        assertThat(BlasLibrary.of(List.of(torch, file("system/libmkl_rt.so.2"))))
                .hasValue("MKL");
        assertThat(BlasLibrary.of(List.of(torch, lapack))).isEmpty();
        assertThat(BlasLibrary.of(List.of(mkl))).isEmpty();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "gives links only to some users")
    void ofTwoItIsTheOneBesideLibTorch() throws IOException {
        Path torch = file("pytorch/libtorch_cpu.so");
        Path mkl = file("mkl/libopenblas.so.0");
        Path open = file("openblas/libopenblas.so.0");
        Path link = torch.resolveSibling("libopenblas.so.0");
        Files.createSymbolicLink(link, open);
        assertThat(BlasLibrary.of(List.of(torch, mkl, open))).hasValue("OpenBLAS");
        Files.delete(link);
        Files.createSymbolicLink(link, mkl);
        assertThat(BlasLibrary.of(List.of(torch, open, mkl))).hasValue("MKL");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ofThisProcessItIsKnown() {
        Engine.load();
        assertThat(BlasLibrary.loaded())
                .hasValueSatisfying(
                        name -> assertThat(name).isIn("MKL", "OpenBLAS").isEqualTo(Engine.blas()));
    }
}
