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

/** Files and folders that appear whole or not at all: written aside, forced to the disk, then renamed. */
public final class AtomicFiles {
    /** Writes the content of a file or folder. */
    public interface Content {
        void writeTo(Path path) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(AtomicFiles.class);
    private static final String ASIDE = ".writing-";

    private AtomicFiles() {}

    /**
     * Checks that a file can be written, to be asked before the work whose result it takes.
     *
     * @param what the file is to people, such as {@code the JSON file}
     * @throws BandpassException if it cannot
     */
    public static void requireWritable(String what, Path file) {
        String problem = what + " " + file + " cannot be written: ";
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw refusal(problem + "there is something of that name that is no file; name another");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw refusal(problem + folder + " is no folder; make it first");
        }
        try {
            Files.delete(Files.createTempFile(folder, ASIDE, ""));
        } catch (IOException e) {
            throw refusal(problem + "nothing can be made in " + folder + "; name another");
        }
    }

    private static BandpassException refusal(String sentence) {
        return new BandpassException(BandpassException.Kind.CONFIGURATION, sentence);
    }

    /** Replaces a text file. */
    public static void writeText(Path file, String text) throws IOException {
        write(file, aside -> Files.writeString(aside, text));
    }

    /** Replaces a file. */
    public static void write(Path file, Content content) throws IOException {
        Path folder = folderOf(file);
        Files.createDirectories(folder);
        Path aside = folder.resolve(ASIDE + file.getFileName());
        try {
            writeNamed(file, aside, content);
            force(aside);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(folder);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** What a full disk says of itself names no file. */
    private static void writeNamed(Path file, Path aside, Content content) throws IOException {
        try {
            content.writeTo(aside);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Makes a folder; one of the same name is removed just before. */
    public static void writeFolder(Path target, Content content) throws IOException {
        Path folder = folderOf(target);
        Files.createDirectories(folder);
        Path aside = folder.resolve(ASIDE + target.getFileName());
        delete(aside);
        try {
            Files.createDirectory(aside);
            writeNamed(target, aside, content);
            try (Stream<Path> files = Files.list(aside)) {
                for (Path file : files.toList()) {
                    force(file);
                }
            }
            forceFolder(aside);
            if (Files.isDirectory(target)) {
                removeFolder(target);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(folder);
        } finally {
            delete(aside);
        }
    }

    /** Removes a folder so that at no moment a part of it stands under its name. */
    public static void removeFolder(Path target) throws IOException {
        Path aside = folderOf(target).resolve(ASIDE + "removed-" + target.getFileName());
        delete(aside);
        Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
        delete(aside);
    }

    /** Removes what a killed process has left half written. */
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

    /** Whether it is half written. */
    public static boolean isAside(Path file) {
        return String.valueOf(file.getFileName()).startsWith(ASIDE);
    }

    private static Path folderOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no folder");
        }
        return parent;
    }

    /** Removes a file, or a folder with all that is in it. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Forces what a folder lists to the disk: that something was renamed into it. */
    public static void forceFolder(Path folder) {
        // Not every system can open a folder; there the rename is as durable as the system makes it.
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("folder {} cannot be forced to the disk", folder, e);
        }
    }
}
