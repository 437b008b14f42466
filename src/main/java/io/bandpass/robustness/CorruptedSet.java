package io.bandpass.robustness;

import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.robust.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A stored set of corrupted images, as others made it. */
interface CorruptedSet {
    /** What it holds: those of the benchmark in its order, then others. */
    List<Condition.Corruption> corruptions();

    /**
     * Opens the images of a corruption at a severity.
     *
     * @throws DataException if they are not sound
     */
    ImageSource images(Condition.Corruption corruption, UnreadableImages unreadable);

    /** Sentences about what is left out. */
    List<String> notices();

    /**
     * Opens a folder in the layout of ImageNet-C, NAME/SEVERITY/CLASS/FILE, or of CIFAR-10-C, NAME.npy beside labels.npy.
     *
     * @throws DataException if it is in neither
     */
    static CorruptedSet open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + " is no folder; a set of corrupted images is one");
        }
        if (CorruptedArrays.areIn(folder)) {
            return CorruptedArrays.open(folder);
        }
        CorruptedSet set = CorruptedFolders.open(folder);
        if (set.corruptions().isEmpty()) {
            throw new DataException(folder + " holds no corrupted images, neither in folders NAME/SEVERITY/CLASS as"
                    + " ImageNet-C, such as fog/3/n01440764, nor as NAME.npy beside labels.npy as CIFAR-10-C");
        }
        return set;
    }

    /**
     * Returns whether a path is that of a published set or one like it, by the names of corruptions alone: images as they
     * are may be millions, which are not listed for this.
     */
    static boolean isIn(String path) {
        if (path.matches(".*[*?{\\[].*")) {
            return false;
        }
        Path folder = Path.of(path);
        return CorruptedArrays.areIn(folder)
                || CorruptionNames.published().stream()
                        .map(folder::resolve)
                        .anyMatch(corruption -> Files.isDirectory(corruption.resolve("1")));
    }
}
