package io.bandpass.robustness;

import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.NpyImages;
import io.bandpass.data.UnreadableImages;
import io.bandpass.robust.Condition;
import io.bandpass.robust.CorruptionErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The layout of CIFAR-10-C and CIFAR-100-C: for each corruption a NumPy file with the images of the five severities one
 * after the other, (5 n, 32, 32, 3), and labels.npy for all of them.
 */
final class CorruptedArrays implements CorruptedSet {
    private static final String LABELS = "labels.npy";
    private static final String SUFFIX = ".npy";

    private final Path folder;
    private final List<String> classNames;
    private final List<Condition.Corruption> corruptions;

    private CorruptedArrays(Path folder, List<String> classNames, List<Condition.Corruption> corruptions) {
        this.folder = folder;
        this.classNames = classNames;
        this.corruptions = List.copyOf(corruptions);
    }

    static boolean areIn(Path folder) {
        return Files.isRegularFile(folder.resolve(LABELS));
    }

    static CorruptedArrays open(Path folder) throws IOException {
        List<String> classNames = NpyImages.classNames(folder.resolve(LABELS));
        String benchmark = "CIFAR-" + classNames.size() + "-C";
        List<Condition.Corruption> corruptions = new ArrayList<>();
        for (String name : CorruptionNames.inOrder(names(folder))) {
            for (int severity = 1; severity <= CorruptionErrors.SEVERITIES; severity++) {
                corruptions.add(new Condition.Corruption(name, severity, benchmark));
            }
        }
        if (corruptions.isEmpty()) {
            throw new DataException(folder + " has " + LABELS + ", but no images beside it, such as fog.npy");
        }
        return new CorruptedArrays(folder, classNames, corruptions);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(SUFFIX) && !name.equals(LABELS))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .toList();
        }
    }

    @Override
    public List<Condition.Corruption> corruptions() {
        return corruptions;
    }

    @Override
    public ImageSource images(Condition.Corruption corruption, UnreadableImages unreadable) {
        Path file = folder.resolve(corruption.name() + SUFFIX);
        long rows = NpyImages.rows(file);
        if (rows == 0 || rows % CorruptionErrors.SEVERITIES != 0 || rows > Integer.MAX_VALUE) {
            throw new DataException(file + " has " + rows + " images, but must have the same number for each of the "
                    + CorruptionErrors.SEVERITIES + " severities");
        }
        int count = (int) rows / CorruptionErrors.SEVERITIES;
        return NpyImages.read(file, folder.resolve(LABELS), (corruption.severity() - 1) * count, count, classNames);
    }

    @Override
    public List<String> notices() {
        return List.of();
    }
}
