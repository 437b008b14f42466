package io.bandpass.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache below its limit: removes the blocks that were not read for the longest time. Looks at the folder when a
 * twentieth of the limit has been written, so that each process may exceed it by that much.
 */
final class CacheSweep {
    /** Ending of blocks that are being written. */
    static final String UNFINISHED = ".part";

    private static final Logger LOG = LoggerFactory.getLogger(CacheSweep.class);
    private static final int PORTIONS = 20;
    private static final int KEPT_PER_CENT = 90;
    private static final long ABANDONED_MILLIS = TimeUnit.HOURS.toMillis(1);

    private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern NAME = Pattern.compile("\\d+");
    private static final Pattern PART = Pattern.compile("\\d+\\.[0-9-]+\\" + UNFINISHED);

    private record Block(Path file, long size, long read) {}

    private final Path folder;
    private final long limit;
    private long writtenSince;
    private boolean swept;

    CacheSweep(Path folder, long limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /** Notes that a block was written, and sweeps if it is time. */
    synchronized void written(long bytes) {
        writtenSince += bytes;
        if (swept && writtenSince < limit / PORTIONS) {
            return;
        }
        swept = true;
        writtenSince = 0;
        // Another process that sweeps at the moment does the same.
        try (FileChannel channel = FileChannel.open(
                        folder.resolve("lock-sweep"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                sweep();
            }
        } catch (IOException | DirectoryIteratorException | OverlappingFileLockException e) {
            LOG.info("the cache {} was not swept: {}", folder, e.toString());
        }
    }

    private void sweep() throws IOException {
        List<Block> blocks = new ArrayList<>();
        long now = System.currentTimeMillis();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, CacheSweep::isOurs)) {
            for (Path file : files) {
                collect(file, now, blocks);
            }
        }
        long total = blocks.stream().mapToLong(Block::size).sum();
        if (total <= limit) {
            return;
        }
        blocks.sort(Comparator.comparingLong(Block::read));
        long target = limit / 100 * KEPT_PER_CENT;
        for (Block block : blocks) {
            if (total <= target) {
                break;
            }
            Files.deleteIfExists(block.file());
            total -= block.size();
            removeIfEmpty(block.file().resolveSibling(""));
        }
    }

    private static void collect(Path folder, long now, List<Block> blocks) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (NAME.matcher(name).matches() || PART.matcher(name).matches()) {
                    collectBlock(file, name.endsWith(UNFINISHED), now, blocks);
                }
            }
        } catch (NoSuchFileException e) {
            // Another process has removed the folder.
        }
    }

    private static void collectBlock(Path file, boolean unfinished, long now, List<Block> blocks) throws IOException {
        try {
            BasicFileAttributes facts =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            long read = facts.lastModifiedTime().toMillis();
            if (facts.isRegularFile() && !unfinished) {
                blocks.add(new Block(file, facts.size(), read));
            } else if (facts.isRegularFile() && now - read > ABANDONED_MILLIS) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // A block that is being renamed; it counts the next time.
        }
    }

    /** Returns whether a folder is one of the cache by its name: nothing else is ever removed. */
    private static boolean isOurs(Path folder) {
        return FOLDER.matcher(String.valueOf(folder.getFileName())).matches()
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // It has other blocks.
        }
    }
}
