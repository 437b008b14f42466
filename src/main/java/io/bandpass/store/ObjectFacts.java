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
 */
record ObjectFacts(long size, long modified, String tag) implements BasicFileAttributes {
    /** Identifies this state of the file, to the extent that the store tells states apart. */
    String state() {
        return size + " " + (tag.isEmpty() ? Long.toString(modified) : tag);
    }

    /** Of a store that tells no time, one before 2005 made of the tag, so that it changes with the content. */
    @Override
    public FileTime lastModifiedTime() {
        if (modified >= 0) {
            return FileTime.fromMillis(modified);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(tag.getBytes(StandardCharsets.UTF_8));
        return FileTime.from(tag.isEmpty() ? 0 : checksum.getValue() >>> 2, TimeUnit.SECONDS);
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
