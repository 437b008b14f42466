package io.bandpass.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a search passed over although it looked like something of the set: how much, and a few names. */
final class LeftOut {
    private static final int NAMED = 5;

    private final List<String> again = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final Set<Path> folders = new HashSet<>();
    private int countAgain;
    private int countOthers;

    /**
     * Notes another name of something that is taken once.
     *
     * @param real what it is a name of; null where that is not known
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

    /** Notes a file or folder that belongs to a system or a program. */
    void ofSystem(Path path) {
        countOthers++;
        if (others.size() < NAMED) {
            others.add(FileNames.text(path));
        }
    }

    /** How many names of things that are taken once were passed over. */
    int countAgain() {
        return countAgain;
    }

    /** Whether this folder was passed over as another name of one. */
    boolean isFolderAgain(Path folder) {
        return folders.contains(folder);
    }

    /** A sentence for each kind. */
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
