package io.bandpass.store;

import io.bandpass.text.ShortDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks of remote files on the disk, a file for each, shared by all processes of the user. A block appears whole, by
 * renaming, after it has been forced to the disk, so that no crash leaves a part of one. Each is fetched by one process
 * while others wait. Those that were not read for the longest time give way ({@link CacheSweep}); a block that disappears
 * while it is read stays readable.
 */
final class BlockCache {
    private static final Logger LOG = LoggerFactory.getLogger(BlockCache.class);

    /** Bytes of a block: large enough for a good throughput, small enough for the first image of a shard to come soon. */
    static final int BLOCK = 1 << 22;

    /** Folder of its own, since the one that a user names may hold other things. */
    private static final String BLOCKS = "blocks";

    private static final int LOCKS = 64;
    private static final int ATTEMPTS = 5;
    private static final long LOCK_POLL_MILLIS = 20;

    /** A process that holds a lock for longer has been suspended; its block is fetched twice then. */
    private static final long LONGEST_LOCK_NANOS = TimeUnit.MINUTES.toNanos(15);

    /** Reading times are noted this exactly, as noting each would write to the disk all the time. */
    private static final long TOUCH_MILLIS = 60_000;

    private final Path folder;
    private final CacheSweep sweep;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /** Where the bytes of a file come from. */
    interface Origin {
        void read(long position, ByteBuffer target) throws IOException;
    }

    /**
     * Creates a cache. Nothing is written before something is read.
     *
     * @param limit bytes that it may take
     */
    BlockCache(Path folder, long limit) {
        this.folder = folder.resolve(BLOCKS);
        sweep = new CacheSweep(this.folder, limit);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /**
     * Returns the cached blocks of a file in a state of its content.
     *
     * @param address of the file, without what is secret
     */
    CachedFile file(String address, String state) {
        return new CachedFile(folder.resolve(ShortDigest.of(address + "\n" + state)));
    }

    /** The blocks of a file. */
    final class CachedFile {
        private final Path blocks;

        private CachedFile(Path blocks) {
            this.blocks = blocks;
        }

        /**
         * Opens a block for reading, after fetching it if it is not there.
         *
         * @param length number of its bytes
         * @throws ClosedByInterruptException if the thread is interrupted
         * @throws StoreException if it cannot be fetched or kept
         */
        FileChannel open(long number, int length, Origin origin) throws IOException {
            Path block = blocks.resolve(Long.toString(number));
            try {
                FileChannel kept = kept(block, length);
                return kept == null ? fetchedOnce(block, number, length, origin) : kept;
            } catch (IOException e) {
                throw unusable(e);
            }
        }

        private FileChannel fetchedOnce(Path block, long number, int length, Origin origin) throws IOException {
            int stripe = Math.floorMod(block.hashCode(), LOCKS);
            ReentrantLock ours = locks[stripe];
            ours.lock();
            try (FileChannel lock = lockFile(stripe);
                    FileLock theirs = await(lock)) {
                FileChannel fetchedMeanwhile = kept(block, length);
                return fetchedMeanwhile == null ? fetched(block, number, length, origin) : fetchedMeanwhile;
            } finally {
                ours.unlock();
            }
        }

        private FileChannel fetched(Path block, long number, int length, Origin origin) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            origin.read(number * BLOCK, bytes);
            FileChannel channel = keep(block, bytes.flip());
            sweep.written(length);
            return channel;
        }
    }

    /** Returns a block that is there; null if it is not. */
    private static @Nullable FileChannel kept(Path block, int length) throws IOException {
        try {
            FileChannel channel = FileChannel.open(block);
            if (channel.size() == length) {
                touch(block);
                return channel;
            }
            // Another program's, or a disk that lost it.
            channel.close();
            return null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static void touch(Path block) {
        try {
            FileTime now = FileTime.from(Instant.now());
            if (now.toMillis() - Files.getLastModifiedTime(block).toMillis() > TOUCH_MILLIS) {
                Files.setLastModifiedTime(block, now);
            }
        } catch (IOException e) {
            // It has given way meanwhile, or belongs to another user: it is read all the same.
        }
    }

    private static FileChannel keep(Path block, ByteBuffer bytes) throws IOException {
        Path temporary = block.resolveSibling(block.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + Thread.currentThread().getId() + CacheSweep.UNFINISHED);
        FileChannel channel = null;
        try {
            channel = create(temporary);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
            Files.move(temporary, block, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return channel;
        } catch (IOException e) {
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Creates a file, with its folder, which another process may remove at the moment because it is empty. */
    private static FileChannel create(Path file) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                createFolder(file.resolveSibling(""));
                return FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.READ);
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Creates a folder if it is not there; older Javas refuse a link to one. */
    private static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
    }

    private FileChannel lockFile(int stripe) throws IOException {
        createFolder(folder);
        return FileChannel.open(folder.resolve("lock-" + stripe), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Returns the lock once no other process has it; null if one has it for too long, or the disk has no locks. */
    private @Nullable FileLock await(FileChannel channel) throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LONGEST_LOCK_NANOS) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // Another cache of the same folder in this process has it.
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                LOG.warn("{} has no locks ({}): several processes may fetch the same", folder, e.getMessage());
                return null;
            }
            Pause.millis(LOCK_POLL_MILLIS);
        }
        return null;
    }

    private IOException unusable(IOException error) {
        if (error instanceof ClosedByInterruptException) {
            return error;
        }
        String reason = error instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : error instanceof AccessDeniedException ? "no permission" : String.valueOf(error.getMessage());
        throw new StoreException(
                "the cache of remote files in " + folder + " cannot be used (" + reason
                        + "): free some space, or name another folder by data.cache or a lower limit by data.cache-gb",
                error);
    }
}
