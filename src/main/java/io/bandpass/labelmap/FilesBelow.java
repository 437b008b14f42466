package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Search for the files of a data set. */
final class FilesBelow {
    private static final int ALL = Integer.MAX_VALUE;

    private FilesBelow() {}

    /**
     * Returns the files in a folder and the folders below it, also those that links lead to, but no hidden ones; sorted
     * by path.
     *
     * @throws DataException if a folder cannot be read
     */
    static List<Path> of(Path root, Predicate<Path> wanted) {
        return of(root, ALL, wanted);
    }

    /** As {@link #of(Path, Predicate)}, but only the files in the folder itself; none if it is not there. */
    static List<Path> directlyIn(Path folder, Predicate<Path> wanted) {
        return Files.isDirectory(folder) ? of(folder, 1, wanted) : List.of();
    }

    private static List<Path> of(Path root, int depth, Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, Set.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return isHidden(folder) && !folder.equals(root)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!isHidden(file) && !attributes.isDirectory() && wanted.test(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
                    if (error instanceof FileSystemLoopException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw error;
                }
            });
        } catch (IOException e) {
            throw new DataException("the folder " + FileNames.text(root) + " cannot be searched: "
                    + BadImageException.unreadable(e).reason());
        }
        return found.stream().sorted().toList();
    }

    /** Returns the folder of a file; the current one if the path names none. */
    static Path folderOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }
}
