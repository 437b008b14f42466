package io.bandpass.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** Finds image files: below folders, in list files, by globs. Sorted by name, so that an index means the same anywhere. */
final class FileCollector {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private FileCollector() {}

    /** All files below a folder that count as images, hidden ones left out, in the order of their relative paths. */
    static List<Path> below(Path folder) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Visitor(folder, found));
        } catch (IOException e) {
            throw new DataException("the folder " + folder + " cannot be read: "
                    + BadImageException.unreadable(e).reason());
        }
        // Names that the system's character set does not know look alike as text; as paths they differ.
        found.sort(Comparator.comparing((Path path) -> relativeName(folder, path))
                .thenComparing(Comparator.naturalOrder()));
        return found;
    }

    /** The path below a folder with forward slashes, whatever the system. */
    static String relativeName(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<Path> found;

        Visitor(Path root, List<Path> found) {
            this.root = root;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            // A folder named like an image is one of the set that cannot be read.
            if (ImageHeader.looksLikeImage(folder)) {
                found.add(folder);
                return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!isHidden(file) && ImageHeader.looksLikeImage(file)) {
                found.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
            if (file.equals(root)) {
                throw error;
            }
            // A link back to one of its own parents is met again and again: once is enough. What lies in a folder that
            // cannot be opened is unknown, so the folder counts.
            boolean counts = Files.isDirectory(file) || ImageHeader.looksLikeImage(file);
            if (!(error instanceof FileSystemLoopException) && !isHidden(file) && counts) {
                found.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        private static boolean isHidden(Path path) {
            return String.valueOf(path.getFileName()).startsWith(".");
        }
    }

    /** The paths in a list file, one a line, relative to its folder. */
    static List<Path> listed(Path list) {
        try (var lines = Files.lines(list)) {
            Path folder = list.toAbsolutePath().getParent();
            return lines.map(line -> line.replace(BYTE_ORDER_MARK, "").strip())
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> folder == null ? path(line) : folder.resolve(path(line)))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new DataException(
                    "the list " + list + " cannot be read as UTF-8 text with the path of an image in each line");
        }
    }

    /**
     * A path that somebody wrote.
     *
     * @throws DataException if it cannot be one
     */
    static Path path(String given) {
        try {
            return Path.of(given);
        } catch (InvalidPathException e) {
            throw new DataException("'" + given.replace('\0', '?') + "' cannot be the name of a file here: "
                    + e.getReason() + "; for names beyond ASCII, set a UTF-8 locale such as LC_ALL=C.UTF-8");
        }
    }

    static boolean isGlob(String path) {
        if (path.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0)) {
            return false;
        }
        try {
            return !Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            // Windows allows none of these characters in a name.
            return true;
        }
    }

    /** Files that match a glob, such as {@code photos/**}{@code /*.jpg}, where the two stars stand for no folder too. */
    static List<Path> matching(String glob) {
        int wild = 0;
        while ("*?[{".indexOf(glob.charAt(wild)) < 0) {
            wild++;
        }
        String start = glob.substring(0, glob.lastIndexOf('/', wild) + 1);
        Path root = path(start.isEmpty() ? "." : start);
        if (!Files.isDirectory(root)) {
            throw new DataException("no folder " + root + " for the glob " + glob);
        }
        PathMatcher matcher = matcher(glob);
        Path unprefixed = Path.of("");
        return below(root).stream()
                .filter(path -> matcher.matches(start.isEmpty() ? unprefixed.resolve(root.relativize(path)) : path))
                .toList();
    }

    private static PathMatcher matcher(String glob) {
        // Java's two stars want a folder; shells take none as well. Braces do not nest.
        String shell =
                glob.contains("{") ? glob : glob.replace("/**/", "{/,/**/}").replaceFirst("^\\*\\*/", "{,**/}");
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + shell);
        } catch (PatternSyntaxException e) {
            throw new DataException("the glob " + glob + " is not well formed: " + e.getDescription());
        }
    }
}
