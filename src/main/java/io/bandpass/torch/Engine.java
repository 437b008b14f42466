package io.bandpass.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** Loads LibTorch, once per JVM, and reports what was loaded. */
public final class Engine {
    private Engine() {}

    /**
     * Loads LibTorch and sets the number of compute threads of the calling thread.
     *
     * @throws EngineException if the native libraries cannot be loaded
     */
    public static void start(int threads) {
        load();
        torch.set_num_threads(threads);
        // Without this call a new thread would take, at its first operation, whatever number any thread set last, such
        // as a loader's.
        torch.get_num_threads();
    }

    /**
     * Loads LibTorch.
     *
     * @throws EngineException if the native libraries cannot be loaded
     */
    public static void load() {
        load("LibTorch", torch.class);
    }

    /**
     * Loads the native libraries of bindings as one set, never while another process is unpacking the same set.
     * Bindings used before this call load on their own, without that protection.
     *
     * @param name human-readable name of the library
     * @throws EngineException if they cannot be loaded
     */
    public static void load(String name, Class<?>... bindings) {
        NativeLibraries.load(name, () -> {
            // The base of JavaCPP itself: without it everything else fails with misleading errors.
            Loader.load(Loader.Helper.class);
            for (Class<?> binding : bindings) {
                Loader.load(binding);
            }
        });
    }

    /**
     * Returns the number of physical cores that this process may use: one compute thread each.
     *
     * @throws EngineException if JavaCPP's own native library cannot be loaded
     */
    public static int physicalCores() {
        load("JavaCPP");
        return Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), Loader.totalCores()));
    }

    /** Version of the LibTorch binding, for example {@code 2.10.0-1.5.13}: LibTorch's own, then JavaCPP's. */
    public static String version() {
        return String.valueOf(torch.class.getPackage().getImplementationVersion());
    }

    /** The BLAS library behind matrix products: {@code MKL}, {@code OpenBLAS}, or {@code unknown}. */
    public static String blas() {
        return BlasLibrary.loaded().orElseGet(Engine::blasByNames);
    }

    private static String blasByNames() {
        String loaded = Loader.getLoadedLibraries().keySet().toString().toLowerCase(Locale.ROOT);
        if (loaded.contains("mkl_rt")) {
            return BlasLibrary.MKL;
        }
        return loaded.contains("openblas") ? BlasLibrary.OPENBLAS : "unknown";
    }

    /** The widest vector instructions that LibTorch uses here, for example {@code AVX2}. */
    public static String vectorInstructions() {
        return torch.get_cpu_capability().getString();
    }

    /**
     * Returns the folder into which JavaCPP unpacks native libraries.
     *
     * @throws EngineException if no folder is writable
     */
    public static Path nativeCache() {
        try {
            NativeCache.choose();
            return Loader.getCacheDir().toPath();
        } catch (IOException e) {
            throw new EngineException("no folder for native libraries can be written (" + e.getMessage() + ")", e);
        }
    }

    /** Resident memory of this process in bytes, as JavaCPP measures it. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    /**
     * Returns the device for {@code auto}, {@code cpu} or {@code cuda}; it outlives any open scope.
     *
     * @throws EngineException if the device is not available
     */
    public static Device device(String choice) {
        boolean cuda = torch.cuda_is_available();
        if (choice.equals("cuda") && !cuda) {
            throw new EngineException(
                    "device cuda was asked for, but this LibTorch sees no CUDA device; use `device` cpu");
        }
        try (Device device = new Device(cuda && !choice.equals("cpu") ? "cuda" : "cpu")) {
            return Tensors.kept(device);
        }
    }
}
