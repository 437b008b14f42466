package io.bandpass.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009). */
enum CifarFormat {
    CIFAR10(
            "CIFAR-10",
            1,
            10,
            IntStream.rangeClosed(1, 5)
                    .mapToObj(i -> "data_batch_" + i + ".bin")
                    .toList(),
            "test_batch.bin",
            "batches.meta.txt"),

    CIFAR100("CIFAR-100", 2, 100, List.of("train.bin"), "test.bin", "fine_label_names.txt");

    /** The classes of CIFAR-10 by label. */
    static final List<String> TEN_NAMES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private final String title;
    private final int labelBytes;
    private final int classes;
    private final List<String> trainFiles;
    private final String testFile;
    private final String namesFile;

    CifarFormat(String title, int labelBytes, int classes, List<String> trainFiles, String testFile, String namesFile) {
        this.title = title;
        this.labelBytes = labelBytes;
        this.classes = classes;
        this.trainFiles = trainFiles;
        this.testFile = testFile;
        this.namesFile = namesFile;
    }

    /** Whether a folder has files of this version, perhaps not all. */
    private boolean isIn(Path folder) {
        // Those of CIFAR-100 have names that others have too.
        return (this == CIFAR10 || Files.isRegularFile(folder.resolve(namesFile)))
                && files().anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    private Stream<String> files() {
        return Stream.concat(trainFiles.stream(), Stream.of(testFile));
    }

    /** The version that a folder has files of. */
    static Optional<CifarFormat> of(Path folder) {
        return Stream.of(values()).filter(format -> format.isIn(folder)).findFirst();
    }

    /** The version that a file belongs to. */
    static Optional<CifarFormat> ofFile(Path file) {
        String name = String.valueOf(file.getFileName());
        Path folder = file.toAbsolutePath().getParent();
        return folder == null || !Files.isRegularFile(file)
                ? Optional.empty()
                : Stream.of(values())
                        .filter(format -> format.files().anyMatch(name::equals) && format.isIn(folder))
                        .findFirst();
    }

    /**
     * Opens the files of a folder.
     *
     * @throws DataException if one is missing or not as it should be
     */
    CifarParts open(Path folder, boolean withLabels) {
        CifarParts.require(folder, title, files());
        return new CifarParts(
                trainFiles.stream().map(name -> open(folder, name, withLabels)).toList(),
                open(folder, testFile, withLabels));
    }

    /** Opens one file of a folder. */
    CifarImages open(Path folder, String name, boolean withLabels) {
        Path file = folder.resolve(name);
        CifarBinary binary = CifarBinary.read(file, labelBytes);
        List<String> names = withLabels ? classNames(folder) : List.of();
        byte[] labels = binary.labels();
        for (int i = 0; i < labels.length; i++) {
            CifarParts.checkLabel(file, i, labels[i] & 0xFF, classes);
        }
        return new CifarImages(name, binary.size(), labels, names, binary);
    }

    private List<String> classNames(Path folder) {
        Path file = folder.resolve(namesFile);
        if (this == CIFAR10 && !Files.exists(file)) {
            return TEN_NAMES;
        }
        try (Stream<String> lines = Files.lines(file)) {
            List<String> names = lines.map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .limit(classes + 1L)
                    .toList();
            if (names.size() == classes && names.stream().distinct().count() == classes) {
                return names;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new DataException(file + " cannot be read as UTF-8 text with the name of a class in each line");
        }
        throw new DataException(file + " must hold the names of the " + classes + " classes of " + title
                + ", one in each line and all different");
    }
}
