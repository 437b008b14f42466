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
 * Walks a folder in the order of relative paths, so that an index is the same on any system. Links are followed unless
 * their target is reached by its own name; hidden and system files are left out. Holds only the names of one folder per
 * level in memory.
 */
final class FolderWalk {
    /**
     * A file or folder. Consumers receive a folder only if it cannot be opened or is named like an image.
     *
     * @param attributes of the file, or of a link's target; null if there is nothing
     * @param real the link's target; null for a broken link, and if it is not a link
     * @param failure why there are no attributes; null if there are
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

        /** Returns why there are no attributes. */
        String absence() {
            IOException error = failure == null ? new NoSuchFileException(path.toString()) : failure;
            return error instanceof NoSuchFileException && Files.isSymbolicLink(path)
                    ? "it is a link to a file that is not there"
                    : BadImageException.unreadable(error).reason();
        }

        /**
         * Reads format and size.
         *
         * @param named whether the file counts whatever its content
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

        /** Sort key that orders siblings as the paths below them: a folder sorts with its trailing slash. */
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
     * Walks a folder.
     *
     * @param once tracks visited files and folders, which are left out, and records what is left out here
     * @param files receives the files found, in groups of siblings
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
     * Returns the folders in a folder that a walk would enter, sorted by name.
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

    /** Returns whether a walk skips files and folders of this name. */
    static boolean passesOver(Path file) {
        return SystemNames.isHidden(file) || SystemNames.contains(file);
    }

    private void enter(List<Path> children) {
        // Names outside the system's character set look alike as text, but differ as paths.
        List<Found> sorted = workers.map(children, Found::of).stream()
                .sorted(Comparator.comparing(Found::key).thenComparing(Found::path))
                .toList();
        List<Found> siblings = new ArrayList<>();
        for (Found child : sorted) {
            // A folder named like an image counts as an unreadable image.
            boolean entered = child.isFolder() && !ImageHeader.isNamedLikeImage(child.path());
            if (child.real() != null
                    && !once.isWanted(child.path(), child.isFolder())
                    && once.isMetAnyway(child.real(), child.isFolder())) {
                once.leftOut().again(child.path(), child.real(), child.isFolder());
            } else if (!entered) {
                siblings.add(child);
            } else {
                pass(siblings);
                enter(child, siblings);
            }
        }
        pass(siblings);
    }

    private void enter(Found folder, List<Found> siblings) {
        if (!once.enters(folder.path(), folder.attributes())) {
            once.leftOut().again(folder.path(), folder.real(), true);
            return;
        }
        List<Path> children;
        try {
            children = children(folder.path());
        } catch (IOException e) {
            // The content of a folder that cannot be opened is unknown, so the folder itself counts as unreadable.
            siblings.add(folder);
            return;
        }
        if (folder.real() != null && !once.isWanted(folder.path(), true)) {
            once.addLinked(folder.real());
        }
        enter(children);
    }

    private void pass(List<Found> siblings) {
        List<Found> taken = new ArrayList<>(siblings.size());
        for (Found file : siblings) {
            if (once.takes(file)) {
                taken.add(file);
            } else {
                once.leftOut().again(file.path(), file.real(), false);
            }
        }
        if (!taken.isEmpty()) {
            files.accept(taken);
        }
        siblings.clear();
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
