package io.bandpass.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** Finds image files: below folders, in list files, by globs. Sorted by name, so that an index means the same anywhere. */
final class FileCollector {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private FileCollector() {}

    /** All files below a folder that count as images, hidden ones left out, in the order of their relative paths. */
    static List<Path> below(Path folder, Workers workers) {
        List<Path> found = new ArrayList<>();
        FolderWalk.of(
                folder,
                workers,
                files -> files.stream()
                        .filter(file -> file.isFolder() || ImageHeader.looksLikeImage(file.path()))
                        .map(FolderWalk.Found::path)
                        .forEach(found::add));
        return found;
    }

    /** The path below a folder with forward slashes, whatever the system. */
    static String relativeName(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    /** The paths in a list file, one a line, relative to its folder. */
    static List<Path> listed(Path list) {
        // Files.lines would read through a channel, which an interrupt closes.
        try (BufferedReader lines = Files.newBufferedReader(list)) {
            Path folder = list.toAbsolutePath().getParent();
            return lines.lines()
                    .map(line -> line.replace(BYTE_ORDER_MARK, "").strip())
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
    static List<Path> matching(String glob, Workers workers) {
        String start = fixedPart(glob);
        Path root = root(glob);
        if (!Files.isDirectory(root)) {
            throw new DataException("no folder " + root + " for the glob " + glob);
        }
        PathMatcher matcher = matcher(glob);
        Path unprefixed = Path.of("");
        return below(root, workers).stream()
                .filter(path -> matcher.matches(start.isEmpty() ? unprefixed.resolve(root.relativize(path)) : path))
                .toList();
    }

    /** The folder above all that a glob can match. */
    static Path root(String glob) {
        String start = fixedPart(glob);
        return path(start.isEmpty() ? "." : start);
    }

    /** What stands before the first part with a wildcard; ends in a slash, or is empty. */
    private static String fixedPart(String glob) {
        int wild = 0;
        while ("*?[{".indexOf(glob.charAt(wild)) < 0) {
            wild++;
        }
        return glob.substring(0, glob.lastIndexOf('/', wild) + 1);
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
