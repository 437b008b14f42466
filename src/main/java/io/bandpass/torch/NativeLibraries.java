package io.bandpass.torch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads native libraries, unpacked by one process at a time. JavaCPP locks its cache for each library that it unpacks,
 * but not while it links libraries to each other and loads them: of two processes that find an empty cache, one
 * replaces files that the other has just created or already loaded.
 *
 * <p>A process that finds everything unpacked (see {@link UnpackedFiles}) loads it under a shared lock. Any other
 * process holds the lock exclusively until everything is unpacked. The system releases the lock of a process that dies;
 * its half-written files differ in size or time from the originals, so JavaCPP unpacks them again.
 */
final class NativeLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);
    private static final String LOCK = ".bandpass.lock";
    private static final long PATIENCE_MINUTES = 10;
    private static final long POLL_MILLIS = 20;

    private static final Set<String> LOADED = new HashSet<>();
    private static final Map<String, EngineException> FAILED = new HashMap<>();

    private NativeLibraries() {}

    /**
     * Loads libraries, once per JVM.
     *
     * @param name of this set of libraries
     * @param loading loads them through JavaCPP
     * @throws EngineException if they cannot be loaded; once loading has begun, later attempts rethrow the same
     *     failure
     */
    static synchronized void load(String name, Runnable loading) {
        if (LOADED.contains(name)) {
            return;
        }
        rethrowEarlierFailure(name);
        try {
            NativeCache.choose();
            load(name, Loader.getCacheDir().toPath(), loading);
        } catch (IOException e) {
            throw new EngineException("there is no folder for native libraries (" + e.getMessage() + ")", e);
        }
    }

    /** Loads libraries from a usable folder. */
    static synchronized void load(String name, Path cache, Runnable loading) {
        rethrowEarlierFailure(name);
        try {
            loadLocked(name, cache, loading);
        } catch (IOException e) {
            throw LoadFailure.in(cache, name, e);
        }
        LOADED.add(name);
    }

    /**
     * Rethrows the first failure: Java marks classes whose initialisation failed as unusable and does not repeat the
     * reason.
     */
    private static void rethrowEarlierFailure(String name) {
        EngineException before = FAILED.get(name);
        if (before != null) {
            throw new EngineException(String.valueOf(before.getMessage()), before);
        }
    }

    /** Only failures from here on are permanent: a caller that timed out waiting for the lock may try again. */
    private static void begin(String name, Path cache, Runnable loading) {
        try {
            loading.run();
        } catch (LinkageError | RuntimeException e) {
            EngineException failure = e instanceof EngineException known ? known : LoadFailure.in(cache, name, e);
            FAILED.put(name, failure);
            throw failure;
        }
    }

    private static void loadLocked(String name, Path cache, Runnable loading) throws IOException {
        Path file = cache.resolve(LOCK);
        UnpackedFiles unpacked = new UnpackedFiles(cache, name);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (FileLock shared = lock(channel, true, cache)) {
                if (unpacked.areWhole()) {
                    begin(name, cache, loading);
                    return;
                }
            }
            try (FileLock exclusive = lock(channel, false, cache)) {
                begin(name, cache, loading);
                remember(unpacked);
            }
        } catch (AccessDeniedException e) {
            loadOfAnother(name, cache, loading, e);
        }
    }

    /** Loads from a read-only folder of another user, which must be complete. */
    static void loadOfAnother(String name, Path cache, Runnable loading, IOException denied) throws IOException {
        try (FileChannel channel = FileChannel.open(cache.resolve(LOCK), StandardOpenOption.READ);
                FileLock shared = lock(channel, true, cache)) {
            if (new UnpackedFiles(cache, name).areWhole()) {
                begin(name, cache, loading);
                return;
            }
        } catch (AccessDeniedException | NoSuchFileException e) {
            denied.addSuppressed(e);
        }
        throw new EngineException(
                "native libraries cannot be unpacked into " + cache + ", which belongs to another user; "
                        + NativeCache.ADVICE,
                denied);
    }

    private static void remember(UnpackedFiles unpacked) {
        try {
            unpacked.remember(Loader.getLoadedLibraries().values());
        } catch (IOException e) {
            // Everything is loaded; the next process merely checks everything again.
            LOG.info("the list of unpacked native libraries cannot be written: {}", e.toString());
        }
    }

    /** Waits as long as another process may need to unpack a gigabyte on a slow disk. */
    private static FileLock lock(FileChannel channel, boolean shared, Path cache) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (true) {
            FileLock lock = tryLock(channel, shared);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() > end) {
                throw new EngineException("another process has been unpacking native libraries into " + cache + " for "
                        + PATIENCE_MINUTES + " minutes; end it if it hangs, or " + NativeCache.ADVICE);
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EngineException(
                        "interrupted while another process unpacks native libraries into " + cache, e);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            // Held by this process, under another class loader.
            return null;
        }
    }
}
