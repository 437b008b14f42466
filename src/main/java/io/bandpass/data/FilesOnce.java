package io.bandpass.data;

import io.bandpass.image.ImageHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the files and folders that a search has visited, under whatever name, so that each is taken once. Stores only
 * the keys of folders, of files with several names, and of files reached through a link or named individually. A plain
 * file can be reached again only through its folder, so a tree with a million of them needs no memory.
 */
final class FilesOnce {
    private final Set<Object> folders = new HashSet<>();
    /** Folders with multi-image files, which are not searched for single images. */
    private final Set<Object> sets = new HashSet<>();

    /** Folders searched recursively: roots, and targets of links. */
    private final Set<Path> whole = new HashSet<>();

    /** Roots whose search has not finished. */
    private final Set<Path> unfinished = new HashSet<>();

    private final InodeSet files = new InodeSet();
    private final Set<Path> others = new HashSet<>();
    private final LeftOut leftOut;
    private final @Nullable Predicate<Path> named;
    private @Nullable Path lastParent;
    private boolean lastParentIsWalked;

    FilesOnce(LeftOut leftOut) {
        this(leftOut, null);
    }

    private FilesOnce(LeftOut leftOut, @Nullable Predicate<Path> named) {
        this.leftOut = leftOut;
        this.named = named;
    }

    /**
     * Creates a tracker for a search that wants only some names. A file may be reached first under an unwanted name, so
     * all names are taken, and the caller removes duplicates afterwards.
     *
     * @param named accepts the links whose names are wanted
     */
    static FilesOnce ofNames(LeftOut leftOut, Predicate<Path> named) {
        return new FilesOnce(leftOut, named);
    }

    /** Returns whether to follow a link without checking whether its target is reached anyway. */
    boolean isWanted(Path link, boolean folder) {
        return named != null && (!folder || named.test(link));
    }

    LeftOut leftOut() {
        return leftOut;
    }

    /** Records a folder that is searched recursively, so that links to anything below it need not be followed. */
    void addRoot(Path folder) {
        Path real = FileNames.real(folder);
        whole.add(real);
        unfinished.add(real);
        lastParent = null;
    }

    /** Records that the search of a folder has finished. */
    void finishRoot(Path folder) {
        unfinished.remove(FileNames.real(folder));
    }

    /** Records the target of a link, which is searched recursively. */
    void addLinked(Path folder) {
        whole.add(folder);
        lastParent = null;
    }

    /**
     * Returns whether to search a folder: not if it has been visited.
     *
     * @param facts of the folder itself
     */
    boolean enters(Path folder, @Nullable FileFacts facts) {
        if (named != null) {
            return true;
        }
        return folders.add(key(folder, facts));
    }

    /**
     * Returns whether to read the multi-image files of a folder: not if it has been visited. Nothing else in it is
     * searched.
     */
    boolean entersSet(FolderWalk.Found folder) {
        return sets.add(key(folder.path(), folder.attributes()));
    }

    /**
     * Returns whether to read a multi-image file that was not found by searching a folder: not if it has been visited.
     */
    boolean takesSet(FolderWalk.Found file) {
        FileFacts facts = file.attributes();
        return (facts == null || facts.inode() == 0)
                ? others.add(FileNames.real(file.path()))
                : files.add(facts.device(), facts.inode());
    }

    /**
     * Returns whether a link can be skipped: its target lies in a folder that is searched recursively, so it is reached
     * by its own name, or the target contains a folder whose search has not finished.
     */
    boolean isMetAnyway(Path real, boolean folder) {
        if (folder && unfinished.stream().anyMatch(root -> root.startsWith(real))) {
            return true;
        }
        for (Path above = real; above != null; above = above.getParent()) {
            if (whole.contains(above) && isWalked(above.relativize(real), folder)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWalked(Path below, boolean folder) {
        int last = below.getNameCount() - 1;
        for (int i = 0; i <= last; i++) {
            Path name = below.getName(i);
            boolean searched = i < last || folder;
            if (FolderWalk.passesOver(name) || (searched && ImageHeader.isNamedLikeImage(name))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether to take a file of a searched folder: not if it has been visited. */
    boolean takes(FolderWalk.Found file) {
        FileFacts facts = file.attributes();
        if (named != null || facts == null || !facts.isRegularFile()) {
            return true;
        }
        if (facts.inode() == 0) {
            return !file.isLink() || others.add(FileNames.real(file.path()));
        }
        return (file.isLink() || facts.names() > 1)
                ? files.add(facts.device(), facts.inode())
                : files.isEmpty() || !files.contains(facts.device(), facts.inode());
    }

    /**
     * Returns whether to take a file that was named individually: not if it has been visited, in a folder or otherwise.
     */
    boolean takesNamed(FolderWalk.Found file) {
        FileFacts facts = file.attributes();
        if (facts == null || facts.inode() == 0) {
            return others.add(facts == null ? file.path().toAbsolutePath().normalize() : FileNames.real(file.path()));
        }
        return files.add(facts.device(), facts.inode()) && !(facts.isRegularFile() && isInWalkedFolder(file));
    }

    /**
     * Returns a test that neither a file nor a folder above it, below the root, is a link; each folder is resolved
     * once.
     */
    static Predicate<FolderWalk.Found> isRealBelow(Path root) {
        Path realRoot = FileNames.real(root);
        Map<Path, Boolean> known = new HashMap<>();
        return file -> {
            Path parent = file.path().getParent();
            return !file.isLink()
                    && parent != null
                    && known.computeIfAbsent(
                            parent, folder -> FileNames.real(folder).equals(realRoot.resolve(root.relativize(folder))));
        };
    }

    /** Returns whether two names lead to the same file or folder. */
    static boolean isSame(Path one, Path other) {
        return FileNames.real(one).equals(FileNames.real(other));
    }

    private boolean isInWalkedFolder(FolderWalk.Found file) {
        if (folders.isEmpty()) {
            return false;
        }
        Path location = file.real() == null ? file.path().toAbsolutePath() : file.real();
        Path parent = location.getParent();
        if (parent == null || FolderWalk.passesOver(location)) {
            return false;
        }
        if (!parent.equals(lastParent)) {
            lastParent = parent;
            lastParentIsWalked = folders.contains(key(parent));
        }
        return lastParentIsWalked;
    }

    private static Object key(Path folder) {
        try {
            return key(folder, FileFacts.of(folder));
        } catch (IOException e) {
            return folder;
        }
    }

    /** The real path replaces the file key on systems without one, such as Windows. */
    private static Object key(Path folder, @Nullable FileFacts facts) {
        Object key = facts == null ? null : facts.fileKey();
        return key == null ? FileNames.real(folder) : key;
    }
}
