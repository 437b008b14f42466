package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageHeader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks a folder in the order of the relative paths, so that an index means the same anywhere. Links are followed to what is
 * not met by its own name; hidden files, and what systems keep for themselves, are left out. Of a tree, no more than the
 * names in one folder on each level are held at a time.
 */
final class FolderWalk {
    /**
     * A file, or a folder that stands for what cannot be reached in it.
     *
     * @param attributes of what a link leads to; null where there is nothing behind the name
     * @param real what a link leads to; null for what is no link, and for a link to nothing
     * @param failure why there are no attributes; null where there are some
     */
    record Found(
            Path path,
            @Nullable FileFacts attributes,
            @Nullable Path real,
            @Nullable IOException failure) {
        static Found of(Path path) {
            try {
                FileFacts own = FileFacts.of(path, LinkOption.NOFOLLOW_LINKS);
                return own.isSymbolicLink()
                        ? new Found(path, FileFacts.of(path), path.toRealPath(), null)
                        : new Found(path, own, null, null);
            } catch (IOException e) {
                return new Found(path, null, null, e);
            }
        }

        /** Why there are no attributes. */
        String absence() {
            IOException error = failure == null ? new NoSuchFileException(path.toString()) : failure;
            return error instanceof NoSuchFileException && Files.isSymbolicLink(path)
                    ? "it is a link to a file that is not there"
                    : BadImageException.unreadable(error).reason();
        }

        /**
         * Reads format and size.
         *
         * @param named whether the file counts whatever it holds
         */
        HeaderCheck header(boolean named) {
            return attributes == null ? HeaderCheck.unreadable(absence()) : ImageHeader.check(path, attributes, named);
        }

        boolean isLink() {
            return real != null;
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
    private final FilesOnce once;
    private final Consumer<List<Found>> files;

    private FolderWalk(Workers workers, FilesOnce once, Consumer<List<Found>> files) {
        this.workers = workers;
        this.once = once;
        this.files = files;
    }

    /**
     * Walks.
     *
     * @param once knows what was met before, which is left out, and what is left out here
     * @param files takes what is found, files beside each other at a time
     * @throws DataException if the folder itself cannot be opened
     */
    static void of(Path root, Workers workers, FilesOnce once, Consumer<List<Found>> files) {
        try {
            FolderWalk walk = new FolderWalk(workers, once, files);
            once.addRoot(root);
            if (once.enters(root, Found.of(root).attributes())) {
                walk.enter(walk.children(root));
            } else {
                once.leftOut().again(root, null, true);
            }
            once.finishRoot(root);
        } catch (IOException e) {
            throw unreadable(root, e);
        }
    }

    private static DataException unreadable(Path root, IOException error) {
        return new DataException("the folder " + FileNames.text(root) + " cannot be read: "
                + BadImageException.unreadable(error).reason());
    }

    /**
     * The folders in a folder that a walk looks at, sorted by name.
     *
     * @throws DataException if the folder cannot be opened
     */
    static List<Path> foldersIn(Path root) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
            List<Path> folders = new ArrayList<>();
            for (Path child : stream) {
                if (!passesOver(child) && Files.isDirectory(child)) {
                    folders.add(child);
                }
            }
            return folders.stream().sorted().toList();
        } catch (IOException e) {
            throw unreadable(root, e);
        } catch (DirectoryIteratorException e) {
            throw new DataException("the folder " + FileNames.text(root) + " cannot be read: " + e.getMessage());
        }
    }

    /** Whether a walk leaves out what has this name. */
    static boolean passesOver(Path file) {
        return SystemNames.isHidden(file) || SystemNames.contains(file);
    }

    private void enter(List<Path> children) {
        // Names that the system's character set does not know look alike as text; as paths they differ.
        List<Found> sorted = workers.map(children, Found::of).stream()
                .sorted(Comparator.comparing(Found::key).thenComparing(Found::path))
                .toList();
        List<Found> beside = new ArrayList<>();
        for (Found child : sorted) {
            // A folder named like an image is one of the set that cannot be read.
            boolean entered = child.isFolder() && !ImageHeader.isNamedLikeImage(child.path());
            if (child.real() != null
                    && !once.isWanted(child.path(), child.isFolder())
                    && once.isMetAnyway(child.real(), child.isFolder())) {
                once.leftOut().again(child.path(), child.real(), child.isFolder());
            } else if (!entered) {
                beside.add(child);
            } else {
                pass(beside);
                enter(child, beside);
            }
        }
        pass(beside);
    }

    private void enter(Found folder, List<Found> beside) {
        if (!once.enters(folder.path(), folder.attributes())) {
            once.leftOut().again(folder.path(), folder.real(), true);
            return;
        }
        List<Path> below;
        try {
            below = children(folder.path());
        } catch (IOException e) {
            // What lies in a folder that cannot be opened is unknown, so the folder counts.
            beside.add(folder);
            return;
        }
        if (folder.real() != null && !once.isWanted(folder.path(), true)) {
            once.addLinked(folder.real());
        }
        enter(below);
    }

    private void pass(List<Found> beside) {
        List<Found> taken = new ArrayList<>(beside.size());
        for (Found file : beside) {
            if (once.takes(file)) {
                taken.add(file);
            } else {
                once.leftOut().again(file.path(), file.real(), false);
            }
        }
        if (!taken.isEmpty()) {
            files.accept(taken);
        }
        beside.clear();
    }

    private List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        List<Path> ofSystem = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path child : stream) {
                if (!passesOver(child)) {
                    children.add(child);
                } else if (SystemNames.contains(child) || ImageHeader.isNamedLikeImage(child)) {
                    ofSystem.add(child);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        ofSystem.stream().sorted().forEach(once.leftOut()::ofSystem);
        return children;
    }
}
