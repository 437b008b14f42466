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
 * Which files and folders a search has met, whatever they were called: each is taken once. Kept are the keys of folders,
 * of files with several names, and of files that were reached through a link or named one by one; a plain file in a folder
 * can be met again only by way of that folder, so that a tree of a million costs nothing.
 */
final class FilesOnce {
    private final Set<Object> folders = new HashSet<>();
    /** Folders of files with many images each, which are not searched for others. */
    private final Set<Object> sets = new HashSet<>();

    /** Folders that are searched whole, because they were given or a link leads to them. */
    private final Set<Path> whole = new HashSet<>();

    /** Those of them that were given and have not been searched to their end. */
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
     * For a search of which only some names are wanted, so that what is met under another name may be met in vain: all
     * are given, and those of the same file have to be told apart afterwards.
     *
     * @param named tells which links are wanted by their names
     */
    static FilesOnce ofNames(LeftOut leftOut, Predicate<Path> named) {
        return new FilesOnce(leftOut, named);
    }

    /** Whether to follow a link without asking whether what it leads to is met anyway. */
    boolean isWanted(Path link, boolean folder) {
        return named != null && (!folder || named.test(link));
    }

    LeftOut leftOut() {
        return leftOut;
    }

    /** Notes a folder that is searched whole, so that links to what lies below it need not be followed. */
    void addRoot(Path folder) {
        Path real = FileNames.real(folder);
        whole.add(real);
        unfinished.add(real);
        lastParent = null;
    }

    /** Notes that the search of a folder has come to its end. */
    void finishRoot(Path folder) {
        unfinished.remove(FileNames.real(folder));
    }

    /** Notes a folder that is searched whole because a link leads to it. */
    void addLinked(Path folder) {
        whole.add(folder);
        lastParent = null;
    }

    /**
     * Whether to search a folder: not if it was met before.
     *
     * @param facts of the folder itself
     */
    boolean enters(Path folder, @Nullable FileFacts facts) {
        if (named != null) {
            return true;
        }
        return folders.add(key(folder, facts));
    }

    /** Whether to read the files with many images of a folder: not if they were met before. Nothing else there is met. */
    boolean entersSet(FolderWalk.Found folder) {
        return sets.add(key(folder.path(), folder.attributes()));
    }

    /** Whether to read a file with many images, which no search of a folder takes: not if it was met before. */
    boolean takesSet(FolderWalk.Found file) {
        FileFacts facts = file.attributes();
        return (facts == null || facts.inode() == 0)
                ? others.add(FileNames.real(file.path()))
                : files.add(facts.device(), facts.inode());
    }

    /**
     * Whether not to follow a link: what it leads to is met by its own name, since it lies in a folder that is searched
     * whole, or the folder that is searched, or is to be searched, lies in it.
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

    /** Whether to take a file that lies in a folder that is searched: not if it was met before. */
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

    /** Whether to take a file that was named by itself: not if it was met before, be it in a folder. */
    boolean takesNamed(FolderWalk.Found file) {
        FileFacts facts = file.attributes();
        if (facts == null || facts.inode() == 0) {
            return others.add(facts == null ? file.path().toAbsolutePath().normalize() : FileNames.real(file.path()));
        }
        return files.add(facts.device(), facts.inode()) && !(facts.isRegularFile() && isInWalkedFolder(file));
    }

    /** Tells whether neither a file nor a folder above it, below the root, is a link; asks once for each folder. */
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

    /** Whether two names lead to the same file or folder. */
    static boolean isSame(Path one, Path other) {
        return FileNames.real(one).equals(FileNames.real(other));
    }

    private boolean isInWalkedFolder(FolderWalk.Found file) {
        if (folders.isEmpty()) {
            return false;
        }
        Path place = file.real() == null ? file.path().toAbsolutePath() : file.real();
        Path parent = place.getParent();
        if (parent == null || FolderWalk.passesOver(place)) {
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

    /** Windows has no keys of its own. */
    private static Object key(Path folder, @Nullable FileFacts facts) {
        Object key = facts == null ? null : facts.fileKey();
        return key == null ? FileNames.real(folder) : key;
    }
}
