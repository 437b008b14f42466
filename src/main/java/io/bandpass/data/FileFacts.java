package io.bandpass.data;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a file, with what tells it from all others: device, inode and how many names it has. One question to the
 * system gives them all.
 *
 * @param device 0 where the system has none
 * @param inode 0 where the system has none
 * @param names 1 where the system does not say
 */
record FileFacts(
        boolean isRegularFile,
        boolean isDirectory,
        boolean isSymbolicLink,
        long size,
        FileTime lastModifiedTime,
        long device,
        long inode,
        int names)
        implements BasicFileAttributes {
    private static final boolean UNIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    private static final String ASKED =
            "unix:isRegularFile,isDirectory,isSymbolicLink,size,lastModifiedTime,dev,ino,nlink";

    static FileFacts of(Path file, LinkOption... options) throws IOException {
        if (!UNIX) {
            BasicFileAttributes plain = Files.readAttributes(file, BasicFileAttributes.class, options);
            return new FileFacts(
                    plain.isRegularFile(),
                    plain.isDirectory(),
                    plain.isSymbolicLink(),
                    plain.size(),
                    plain.lastModifiedTime(),
                    0,
                    0,
                    1);
        }
        Map<String, Object> all = Files.readAttributes(file, ASKED, options);
        return new FileFacts(
                (Boolean) told(all, "isRegularFile"),
                (Boolean) told(all, "isDirectory"),
                (Boolean) told(all, "isSymbolicLink"),
                (Long) told(all, "size"),
                (FileTime) told(all, "lastModifiedTime"),
                (Long) told(all, "dev"),
                (Long) told(all, "ino"),
                (Integer) told(all, "nlink"));
    }

    private static Object told(Map<String, Object> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    @Override
    public boolean isOther() {
        return !isRegularFile && !isDirectory && !isSymbolicLink;
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime;
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime;
    }

    /** Device and inode together; null where the system has none. */
    @Override
    public @Nullable Object fileKey() {
        return inode == 0 ? null : Map.entry(device, inode);
    }
}
