package io.bandpass.format;

import io.bandpass.BandpassException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes files and folders atomically: to a temporary name, flushed to disk, then renamed. */
public final class AtomicFiles {
    /** Writes the content of a file or folder. */
    public interface Content {
        void writeTo(Path path) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(AtomicFiles.class);
    private static final String PREFIX = ".writing-";

    private AtomicFiles() {}

    /**
     * Checks that a file can be written; to be called before the work that produces its content.
     *
     * @param what name of the file in messages, such as {@code the JSON file}
     * @throws BandpassException if it cannot
     */
    public static void requireWritable(String what, Path file) {
        String problem = what + " " + file + " cannot be written: ";
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw rejection(problem + "there is something of that name that is no file; name another");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw rejection(problem + folder + " is no folder; make it first");
        }
        try {
            Files.delete(Files.createTempFile(folder, PREFIX, ""));
        } catch (IOException e) {
            throw rejection(problem + "nothing can be made in " + folder + "; name another");
        }
    }

    /**
     * Checks that an export's file is none that must stay.
     *
     * @param overwrite whether a file may be replaced
     * @throws BandpassException if it is a folder, or is there and may not be replaced
     */
    public static void requireNew(Path out, boolean overwrite) {
        if (Files.isDirectory(out)) {
            throw rejection("`out` " + out + " is a folder, but must be a file");
        }
        if (!overwrite && Files.exists(out)) {
            throw rejection(out + " is there already: use `overwrite`, or another `out`");
        }
    }

    private static BandpassException rejection(String sentence) {
        return new BandpassException(BandpassException.Kind.CONFIGURATION, sentence);
    }

    /** Replaces a text file. */
    public static void writeText(Path file, String text) throws IOException {
        write(file, temporary -> Files.writeString(temporary, text));
    }

    /** Replaces a file. */
    public static void write(Path file, Content content) throws IOException {
        Path folder = folderOf(file);
        Files.createDirectories(folder);
        Path temporary = folder.resolve(PREFIX + file.getFileName());
        try {
            writeNamed(file, temporary, content);
            force(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(folder);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Writes what is no whole of its own, such as a file of a folder that is not complete yet, without a temporary name.
     * Errors have the file's name, which that of a full disk lacks.
     */
    public static void writeInPlace(Path file, Content content) throws IOException {
        writeNamed(file, file, content);
    }

    /** Adds the file's name to errors that lack it, such as a full disk. */
    private static void writeNamed(Path file, Path temporary, Content content) throws IOException {
        try {
            content.writeTo(temporary);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Writes a folder; an existing one is removed just before the rename. */
    public static void writeFolder(Path target, Content content) throws IOException {
        Path folder = folderOf(target);
        Files.createDirectories(folder);
        Path temporary = folder.resolve(PREFIX + target.getFileName());
        delete(temporary);
        try {
            Files.createDirectory(temporary);
            writeNamed(target, temporary, content);
            try (Stream<Path> files = Files.list(temporary)) {
                for (Path file : files.toList()) {
                    force(file);
                }
            }
            forceFolder(temporary);
            if (Files.isDirectory(target)) {
                removeFolder(target);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(folder);
        } finally {
            delete(temporary);
        }
    }

    /** Removes a folder so that it never exists partially under its name. */
    public static void removeFolder(Path target) throws IOException {
        Path temporary = folderOf(target).resolve(PREFIX + "removed-" + target.getFileName());
        delete(temporary);
        Files.move(target, temporary, StandardCopyOption.ATOMIC_MOVE);
        delete(temporary);
    }

    /** Removes temporary files left behind by a killed process. */
    public static void clean(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (isAside(file)) {
                    delete(file);
                }
            }
        }
    }

    /** Returns whether a file is a temporary one of this class. */
    public static boolean isAside(Path file) {
        return String.valueOf(file.getFileName()).startsWith(PREFIX);
    }

    private static Path folderOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no folder");
        }
        return parent;
    }

    /** Removes a file, or a folder with its content. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path child : deepestFirst) {
                Files.delete(child);
            }
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Flushes a folder's entries to disk, to make a rename durable. */
    public static void forceFolder(Path folder) {
        // Not every system can open a folder; there a rename is as durable as the system makes it.
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("folder {} cannot be forced to the disk", folder, e);
        }
    }
}
