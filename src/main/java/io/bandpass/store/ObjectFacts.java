package io.bandpass.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a store says of a file.
 *
 * @param size in bytes
 * @param modified milliseconds since 1970; -1 if the store does not say
 * @param tag changes with the content (ETag); empty if the store has none
 * @param asked milliseconds since 1970 when the store was asked
 */
record ObjectFacts(long size, long modified, String tag, long asked) implements BasicFileAttributes {
    ObjectFacts(long size, long modified, String tag) {
        this(size, modified, tag, System.currentTimeMillis());
    }

    /**
     * Identifies this state of the file. Where the store tells neither a time nor a tag, states cannot be told apart, and
     * each time that it is asked counts as another.
     */
    String state() {
        if (!tag.isEmpty()) {
            return size + " " + tag;
        }
        return size + " "
                + (modified >= 0
                        ? modified
                        : "asked " + asked + " by " + ProcessHandle.current().pid());
    }

    /** Of a store that tells no time, one before 2005 made of the tag, so that it changes with the content. */
    @Override
    public FileTime lastModifiedTime() {
        if (modified >= 0) {
            return FileTime.fromMillis(modified);
        }
        if (tag.isEmpty()) {
            return FileTime.fromMillis(asked);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(tag.getBytes(StandardCharsets.UTF_8));
        return FileTime.from(checksum.getValue() >>> 2, TimeUnit.SECONDS);
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime();
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
        return true;
    }

    @Override
    public boolean isDirectory() {
        return false;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public @Nullable Object fileKey() {
        return null;
    }
}
