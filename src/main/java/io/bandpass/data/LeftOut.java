package io.bandpass.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files and folders that a search skipped although they looked like images of the set: their number, and a few names.
 */
final class LeftOut {
    private static final int NAMED = 5;

    private final List<String> again = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final Set<Path> folders = new HashSet<>();
    private int countAgain;
    private int countOthers;

    /**
     * Records another name of a file or folder that is taken once.
     *
     * @param real the file or folder it leads to; null if unknown
     */
    void again(Path path, @Nullable Path real, boolean folder) {
        if (folder) {
            folders.add(path);
        }
        countAgain++;
        if (again.size() < NAMED) {
            again.add(FileNames.text(path) + (real == null ? "" : " (" + FileNames.text(real) + ")"));
        }
    }

    /** Records a file or folder that belongs to the system or a program. */
    void ofSystem(Path path) {
        countOthers++;
        if (others.size() < NAMED) {
            others.add(FileNames.text(path));
        }
    }

    /** Returns the number of additional names that were skipped. */
    int countAgain() {
        return countAgain;
    }

    /** Returns whether this folder was skipped as another name of a folder. */
    boolean isFolderAgain(Path folder) {
        return folders.contains(folder);
    }

    /** Returns a sentence for each kind. */
    List<String> notices() {
        List<String> notices = new ArrayList<>();
        if (countAgain > 0) {
            notices.add("each file and folder is taken once; left out as "
                    + (countAgain == 1 ? "another name of one: " : "other names of the same: ")
                    + some(again, countAgain));
        }
        if (countOthers > 0) {
            notices.add("left out, for " + (countOthers == 1 ? "it is" : "they are")
                    + " hidden or made by a system, not part of a set: " + some(others, countOthers));
        }
        return notices;
    }

    private static String some(List<String> named, int count) {
        String first = String.join(", ", named);
        return count == named.size() ? first : first + " and " + (count - named.size()) + " more";
    }
}
