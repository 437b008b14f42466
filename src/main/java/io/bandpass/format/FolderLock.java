package io.bandpass.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A lock on a folder that one process writes into, held until it is closed or the process ends, even if killed. */
public final class FolderLock implements AutoCloseable {
    private static final String NAME = ".lock";

    /**
     * Folders locked by this process. POSIX locks belong to the process, so closing a second channel of a locked file
     * would release the lock; this set prevents opening one.
     */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Makes the folder if it is missing, and locks it.
     *
     * @return empty if another process, or another lock of this one, holds it
     * @throws IOException if it cannot be written
     */
    public static Optional<FolderLock> tryLock(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path real = folder.toRealPath();
        if (!LOCKED.add(real)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(real.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            return locked ? Optional.of(new FolderLock(real, channel)) : Optional.empty();
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                LOCKED.remove(real);
            }
        }
    }

    /** Returns whether a file is the one that is locked. */
    public static boolean isLock(Path file) {
        return String.valueOf(file.getFileName()).equals(NAME);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            LOCKED.remove(folder);
        }
    }
}
