package io.bandpass.torch;

import io.bandpass.BandpassException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/** Explains why libraries could not be unpacked or loaded: the exception of JavaCPP seldom names the cause. */
final class LoadFailure {
    /** Size of all unpacked libraries on Linux, the platform where they are largest. */
    private static final long NEEDED_BYTES = 800L << 20;

    private static final int DEEPEST = 20;

    private LoadFailure() {}

    /**
     * Returns the failure as an exception.
     *
     * @param cache folder into which the libraries are unpacked
     * @param name of the set that was being loaded
     */
    static EngineException in(Path cache, String name, Throwable error) {
        String all = messages(error);
        // The C library's messages for a noexec mount: glibc's first, then those of others.
        if (all.contains("failed to map segment") || all.contains("operation not permitted")) {
            return new EngineException(
                    "native libraries were unpacked into " + cache
                            + ", but no program may be run from there, as where a"
                            + " file system is mounted with noexec; " + NativeCache.ADVICE,
                    error);
        }
        // After a failed write, JavaCPP continues with the next library and drops the reason.
        long free = free(cache);
        if (all.contains("no space left") || all.contains("quota exceeded") || free + unpacked(cache) < NEEDED_BYTES) {
            return new EngineException(
                    String.format(
                            Locale.ROOT,
                            "the folder for native libraries, %s, has too little room: %d MB are free, and everything that"
                                    + " is unpacked takes about %d MB (%s); make room, or %s",
                            cache,
                            free >> 20,
                            NEEDED_BYTES >> 20,
                            reason(error),
                            NativeCache.ADVICE),
                    error);
        }
        return new EngineException(
                name + " cannot be loaded on " + Loader.getPlatform() + " (" + reason(error)
                        + "); 'bandpass doctor' shows the native cache and what it lacks",
                error);
    }

    /** Innermost message: the outer ones of JavaCPP only list where it searched. */
    private static String reason(Throwable error) {
        Throwable inner = error;
        for (int depth = 0; inner.getCause() != null && depth < DEEPEST; depth++) {
            inner = inner.getCause();
        }
        return BandpassException.firstLine(inner);
    }

    private static String messages(Throwable error) {
        StringBuilder all = new StringBuilder();
        Throwable next = error;
        for (int depth = 0; next != null && depth < DEEPEST; depth++) {
            all.append(next.getMessage()).append('\n');
            next = next.getCause();
        }
        return all.toString().toLowerCase(Locale.ROOT);
    }

    private static long free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return NEEDED_BYTES;
        }
    }

    private static long unpacked(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return NEEDED_BYTES;
        }
    }
}
