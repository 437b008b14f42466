package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageHeader;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.PatternSyntaxException;

/** Finds image files: below folders, in list files, by globs. Sorted by name, so that an index means the same anywhere. */
final class FileCollector {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final List<String> LISTS = List.of(".txt", ".lst", ".list");

    private FileCollector() {}

    /**
     * All files below a folder that count as images, hidden ones left out, in the order of their relative paths.
     *
     * @param once knows what was met before, and what is left out
     */
    static List<Path> below(Path folder, Workers workers, FilesOnce once) {
        List<Path> found = new ArrayList<>();
        FolderWalk.of(
                folder,
                workers,
                once,
                files -> files.stream()
                        .filter(file -> file.isFolder() || ImageHeader.looksLikeImage(file.path()))
                        .map(FolderWalk.Found::path)
                        .forEach(found::add));
        return found;
    }

    /** The path below a folder with forward slashes, whatever the system. */
    static String relativeName(Path folder, Path file) {
        return slashed(FileNames.text(folder.relativize(file)));
    }

    /** A name with forward slashes; a backslash is a letter like others where it does not part folders. */
    static String slashed(String name) {
        return File.separatorChar == '\\' ? name.replace('\\', '/') : name;
    }

    /** The paths in a list file, one a line, relative to its folder. */
    static List<Path> listed(Path list) {
        try {
            Utf8Text.check(list);
        } catch (IOException e) {
            throw unreadable(list, e);
        }
        // Files.lines would read through a channel, which an interrupt closes.
        try (BufferedReader lines = Files.newBufferedReader(list)) {
            Path folder = list.toAbsolutePath().getParent();
            return lines.lines()
                    .map(line -> line.replace(BYTE_ORDER_MARK, "").strip())
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> folder == null ? FileNames.path(line) : folder.resolve(FileNames.path(line)))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(list, new IOException(e.getMessage(), e));
        }
    }

    private static DataException unreadable(Path list, IOException error) {
        return new DataException("the list " + FileNames.text(list)
                + " cannot be read as UTF-8 text with the path of an image in each line: "
                + BadImageException.unreadable(error).reason());
    }

    /** Whether a file is a list of images by its name. */
    static boolean isList(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return LISTS.stream().anyMatch(name::endsWith);
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

    /**
     * Files that match a glob, such as {@code photos/**}{@code /*.jpg}, where the two stars stand for no folder too. As in
     * shells, a part between slashes takes links to folders, the two stars do not enter those that lead to what they meet
     * anyway. A file stands there under each of its names.
     */
    static List<Path> matching(String glob, Workers workers, LeftOut leftOut) {
        String start = fixedPart(glob);
        Path root = root(glob);
        if (!Files.isDirectory(root)) {
            throw new DataException("no folder " + FileNames.text(root) + " for the glob " + glob);
        }
        PathMatcher matcher = matcher(glob);
        Path unprefixed = Path.of("");
        FilesOnce once = FilesOnce.ofNames(leftOut, link -> isPart(glob.substring(start.length()), root, link));
        return below(root, workers, once).stream()
                .filter(path -> matcher.matches(start.isEmpty() ? unprefixed.resolve(root.relativize(path)) : path))
                .toList();
    }

    /** Whether a folder is named by the parts of a glob above the last one, before any two stars. */
    private static boolean isPart(String glob, Path root, Path folder) {
        Path below = root.relativize(folder);
        List<String> parts = List.of(glob.split("/", -1));
        int depth = below.getNameCount();
        if (depth >= parts.size()) {
            return false;
        }
        for (int i = 0; i < depth; i++) {
            boolean whole = parts.get(i).chars().filter(c -> c == '{').count()
                    == parts.get(i).chars().filter(c -> c == '}').count();
            if (!whole || parts.get(i).contains("**") || !matcher(parts.get(i)).matches(below.getName(i))) {
                return false;
            }
        }
        return true;
    }

    /** The folder above all that a glob can match. */
    static Path root(String glob) {
        String start = fixedPart(glob);
        return FileNames.path(start.isEmpty() ? "." : start);
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
