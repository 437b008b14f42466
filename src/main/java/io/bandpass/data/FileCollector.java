package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageHeader;
import io.bandpass.text.Addresses;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/**
 * Finds image files: in folders, list files and by globs. Sorted by name, so that an index is the same on any system.
 */
final class FileCollector {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final List<String> LISTS = List.of(".txt", ".lst", ".list");

    private FileCollector() {}

    /**
     * Returns all files below a folder that count as images, except hidden ones, in the order of their relative paths.
     *
     * @param once tracks files already visited, and those left out
     */
    static List<Path> below(Path folder, Workers workers, FilesOnce once) {
        return below(folder, workers, once, file -> false);
    }

    private static List<Path> below(Path folder, Workers workers, FilesOnce once, Predicate<Path> others) {
        List<Path> found = new ArrayList<>();
        FolderWalk.of(
                folder,
                workers,
                once,
                files -> files.stream()
                        .filter(file ->
                                file.isFolder() || others.test(file.path()) || ImageHeader.looksLikeImage(file.path()))
                        .map(FolderWalk.Found::path)
                        .forEach(found::add));
        return found;
    }

    /** Returns the path below a folder with forward slashes on any system. */
    static String relativeName(Path folder, Path file) {
        return slashed(FileNames.text(folder.relativize(file)));
    }

    /** Returns a name with forward slashes; a backslash is kept where it is not a separator. */
    static String slashed(String name) {
        return File.separatorChar == '\\' ? name.replace('\\', '/') : name;
    }

    /**
     * Reads the paths in a list file, one per line, relative to its folder.
     *
     * @param remote returns the path of an address
     */
    static List<Path> listed(Path list, Function<String, Path> remote) {
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
                    .map(line -> {
                        if (Addresses.isAddress(line)) {
                            return remote.apply(line);
                        }
                        Path path = FileNames.path(line);
                        return folder == null ? path : folder.resolve(path);
                    })
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

    /** Returns whether a file's name is that of a list of images. */
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
     * Returns the images and shards that match a glob, such as {@code photos/**}{@code /*.jpg}, where the two stars also
     * match no folder. As in shells, a path component follows links to folders, and the two stars do not enter links to folders
     * that they reach anyway. A file is returned under each of its names.
     */
    static List<Path> matching(String glob, Workers workers, LeftOut leftOut) {
        String start = fixedPart(glob);
        Path root = root(glob);
        if (!Files.isDirectory(root)) {
            throw new DataException("no folder " + FileNames.text(root) + " for the glob " + glob);
        }
        PathMatcher matcher = matcher(glob);
        Path unprefixed = Path.of("");
        FilesOnce once =
                FilesOnce.ofNames(leftOut, link -> matchesComponents(glob.substring(start.length()), root, link));
        return below(root, workers, once, ShardNames::isShard).stream()
                .filter(path -> matcher.matches(start.isEmpty() ? unprefixed.resolve(root.relativize(path)) : path))
                .toList();
    }

    /** Returns whether a folder matches the components of a glob above the last one and before any two stars. */
    private static boolean matchesComponents(String glob, Path root, Path folder) {
        Path below = root.relativize(folder);
        List<String> components = List.of(glob.split("/", -1));
        int depth = below.getNameCount();
        if (depth >= components.size()) {
            return false;
        }
        for (int i = 0; i < depth; i++) {
            boolean whole = components.get(i).chars().filter(c -> c == '{').count()
                    == components.get(i).chars().filter(c -> c == '}').count();
            if (!whole
                    || components.get(i).contains("**")
                    || !matcher(components.get(i)).matches(below.getName(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the folder that contains all possible matches of a glob. */
    static Path root(String glob) {
        String start = fixedPart(glob);
        return FileNames.path(start.isEmpty() ? "." : start);
    }

    /** Returns the path before the first component with a wildcard; ends in a slash, or is empty. */
    private static String fixedPart(String glob) {
        int wild = 0;
        while ("*?[{".indexOf(glob.charAt(wild)) < 0) {
            wild++;
        }
        return glob.substring(0, glob.lastIndexOf('/', wild) + 1);
    }

    private static PathMatcher matcher(String glob) {
        // Java's two stars need at least one folder; in shells they match none as well. Braces do not nest.
        String shell =
                glob.contains("{") ? glob : glob.replace("/**/", "{/,/**/}").replaceFirst("^\\*\\*/", "{,**/}");
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + shell);
        } catch (PatternSyntaxException e) {
            throw new DataException("the glob " + glob + " is not well formed: " + e.getDescription());
        }
    }
}
