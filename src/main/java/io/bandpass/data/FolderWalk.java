package io.bandpass.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks a folder in the order of the relative paths, so that an index means the same anywhere. Links are followed, hidden
 * files left out. Of a tree, no more than the names in one folder on each level are held at a time.
 */
final class FolderWalk {
    /**
     * A file, or a folder that stands for what cannot be reached in it.
     *
     * @param attributes null where there is nothing behind the name
     */
    record Found(Path path, @Nullable BasicFileAttributes attributes) {
        static Found of(Path path) {
            try {
                return new Found(path, Files.readAttributes(path, BasicFileAttributes.class));
            } catch (IOException e) {
                return new Found(path, null);
            }
        }

        boolean isFolder() {
            return attributes != null && attributes.isDirectory();
        }

        /** Paths compare by this as the paths below them do: a folder stands where its slash puts it. */
        private String key() {
            return path.getFileName() + (isFolder() ? "/" : "");
        }
    }

    private final Workers workers;
    private final Consumer<List<Found>> files;
    private final Deque<Object> parents = new ArrayDeque<>();

    private FolderWalk(Workers workers, Consumer<List<Found>> files) {
        this.workers = workers;
        this.files = files;
    }

    /**
     * Walks.
     *
     * @param files takes what is found, files beside each other at a time
     * @throws DataException if the folder itself cannot be opened
     */
    static void of(Path root, Workers workers, Consumer<List<Found>> files) {
        try {
            new FolderWalk(workers, files).enter(Found.of(root), children(root));
        } catch (IOException e) {
            throw new DataException("the folder " + root + " cannot be read: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    /**
     * The folders in a folder that a walk enters, sorted by name.
     *
     * @throws DataException if the folder cannot be opened
     */
    static List<Path> foldersIn(Path root) {
        try {
            return children(root).stream().filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new DataException("the folder " + root + " cannot be read: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    private void enter(Found folder, List<Path> children) {
        Object identity = identity(folder);
        // A link back to one of its own parents would be met again and again.
        if (parents.contains(identity)) {
            return;
        }
        parents.push(identity);
        // Names that the system's character set does not know look alike as text; as paths they differ.
        List<Found> sorted = workers.map(children, Found::of).stream()
                .sorted(Comparator.comparing(Found::key).thenComparing(Found::path))
                .toList();
        List<Found> beside = new ArrayList<>();
        for (Found child : sorted) {
            // A folder named like an image is one of the set that cannot be read.
            if (!child.isFolder() || ImageHeader.isNamedLikeImage(child.path())) {
                beside.add(child);
                continue;
            }
            try {
                List<Path> below = children(child.path());
                pass(beside);
                enter(child, below);
            } catch (IOException e) {
                // What lies in a folder that cannot be opened is unknown, so the folder counts.
                beside.add(child);
            }
        }
        pass(beside);
        parents.pop();
    }

    private void pass(List<Found> beside) {
        if (!beside.isEmpty()) {
            files.accept(List.copyOf(beside));
            beside.clear();
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path child : stream) {
                if (!String.valueOf(child.getFileName()).startsWith(".")) {
                    children.add(child);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    private static Object identity(Found folder) {
        Object key = folder.attributes() == null ? null : folder.attributes().fileKey();
        if (key != null) {
            return key;
        }
        try {
            // Windows has no keys.
            return folder.path().toRealPath();
        } catch (IOException e) {
            return folder.path().toAbsolutePath();
        }
    }
}
