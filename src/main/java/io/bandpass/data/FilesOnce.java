package io.bandpass.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which files and folders a search has met, whatever they were called: each is taken once. Kept are the keys of folders,
 * of files with several names, and of files that were reached through a link or named one by one; a plain file in a folder
 * can be met again only by way of that folder, so that a tree of a million costs nothing.
 */
final class FilesOnce {
    private final Set<Object> folders = new HashSet<>();
    private final List<Path> roots = new ArrayList<>();
    private final List<Path> linked = new ArrayList<>();
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
        roots.add(real(folder));
        lastParent = null;
    }

    /** Notes a folder that is searched whole because a link leads to it. */
    void addLinked(Path folder) {
        linked.add(folder);
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
        Object key = facts == null ? null : facts.fileKey();
        // Windows has no keys.
        return folders.add(key == null ? real(folder) : key);
    }

    /**
     * Whether not to follow a link: what it leads to is met by its own name, since it lies in a folder that is searched
     * whole, or such a folder that was given lies in it.
     */
    boolean isMetAnyway(Path real, boolean folder) {
        return (folder && roots.stream().anyMatch(root -> root.startsWith(real)))
                || Stream.concat(roots.stream(), linked.stream())
                        .anyMatch(root -> real.startsWith(root) && isWalked(root.relativize(real), folder));
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
            return !file.isLink() || others.add(real(file.path()));
        }
        return (file.isLink() || facts.names() > 1)
                ? files.add(facts.device(), facts.inode())
                : files.isEmpty() || !files.contains(facts.device(), facts.inode());
    }

    /** Whether to take a file that was named by itself: not if it was met before, be it in a folder. */
    boolean takesNamed(FolderWalk.Found file) {
        FileFacts facts = file.attributes();
        if (facts == null || facts.inode() == 0) {
            return others.add(facts == null ? file.path().toAbsolutePath().normalize() : real(file.path()));
        }
        return files.add(facts.device(), facts.inode()) && !(facts.isRegularFile() && isInWalkedFolder(file));
    }

    /** Whether neither a file nor a folder above it, below the root, is a link. */
    static boolean isReal(Path root, FolderWalk.Found file) {
        return !file.isLink() && real(file.path()).equals(real(root).resolve(root.relativize(file.path())));
    }

    /** Whether two names lead to the same file or folder. */
    static boolean isSame(Path one, Path other) {
        return real(one).equals(real(other));
    }

    private boolean isInWalkedFolder(FolderWalk.Found file) {
        if (folders.isEmpty()) {
            return false;
        }
        Path whole = file.isLink() ? real(file.path()) : file.path().toAbsolutePath();
        Path parent = whole.getParent();
        if (parent == null || FolderWalk.passesOver(whole)) {
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
            Object key = FileFacts.of(folder).fileKey();
            return key == null ? real(folder) : key;
        } catch (IOException e) {
            return folder;
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }
}
