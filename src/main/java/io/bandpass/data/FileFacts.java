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
 * Attributes of a file, with its identity: device, inode and number of names (hard links). Read in one system call.
 *
 * @param device 0 if the system has none
 * @param inode 0 if the system has none
 * @param names 1 if the system does not report it
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
    private static final String ATTRIBUTES =
            "unix:isRegularFile,isDirectory,isSymbolicLink,size,lastModifiedTime,dev,ino,nlink";

    static FileFacts of(Path file, LinkOption... options) throws IOException {
        if (!UNIX || file.getFileSystem() != FileSystems.getDefault()) {
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
        Map<String, Object> all = Files.readAttributes(file, ATTRIBUTES, options);
        return new FileFacts(
                (Boolean) value(all, "isRegularFile"),
                (Boolean) value(all, "isDirectory"),
                (Boolean) value(all, "isSymbolicLink"),
                (Long) value(all, "size"),
                (FileTime) value(all, "lastModifiedTime"),
                (Long) value(all, "dev"),
                (Long) value(all, "ino"),
                (Integer) value(all, "nlink"));
    }

    private static Object value(Map<String, Object> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    /** Returns whether a file has this size and modification time, so that its content counts as unchanged. */
    static boolean isUnchanged(Path file, BasicFileAttributes before) throws IOException {
        // Attributes by name take several times as long.
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return now.size() == before.size() && now.lastModifiedTime().equals(before.lastModifiedTime());
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

    /** Device and inode; null if the system has none. */
    @Override
    public @Nullable Object fileKey() {
        return inode == 0 ? null : Map.entry(device, inode);
    }
}
