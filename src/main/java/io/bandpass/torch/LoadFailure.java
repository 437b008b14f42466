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

/** The sentence for libraries that cannot be unpacked or loaded: what JavaCPP throws is seldom the reason. */
final class LoadFailure {
    /** What everything takes on Linux, where it is the most. */
    private static final long NEEDED_BYTES = 800L << 20;

    private static final int DEEPEST = 20;

    private LoadFailure() {}

    /**
     * The failure as an exception.
     *
     * @param cache folder into which the libraries are unpacked
     * @param name of what was to be loaded
     */
    static EngineException in(Path cache, String name, Throwable error) {
        String all = messages(error);
        // What the C library says of memory that may not be run: of glibc, and of others.
        if (all.contains("failed to map segment") || all.contains("operation not permitted")) {
            return new EngineException(
                    "native libraries were unpacked into " + cache
                            + ", but no program may be run from there, as where a"
                            + " file system is mounted with noexec; " + NativeCache.ADVICE,
                    error);
        }
        // JavaCPP goes on with the next library after one that could not be written, and forgets why.
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

    /** The innermost message: around it JavaCPP says only that it has looked everywhere. */
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
