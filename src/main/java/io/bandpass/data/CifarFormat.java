package io.bandpass.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A binary version of CIFAR (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009).
 *
 * @param labelBytes labels per image, of which the last is used
 * @param classes number of classes
 * @param knownNames class names by label; empty if they are only in {@code namesFile}
 * @param namesFile file with one class name per line
 */
record CifarFormat(
        String title,
        int labelBytes,
        int classes,
        List<String> knownNames,
        String namesFile,
        List<String> trainFiles,
        String testFile) {
    /** CIFAR-10 class names by label. */
    static final List<String> TEN_NAMES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    /** Names of the fine classes of CIFAR-100 by label. */
    static final List<String> HUNDRED_NAMES = List.of(
            "apple",
            "aquarium_fish",
            "baby",
            "bear",
            "beaver",
            "bed",
            "bee",
            "beetle",
            "bicycle",
            "bottle",
            "bowl",
            "boy",
            "bridge",
            "bus",
            "butterfly",
            "camel",
            "can",
            "castle",
            "caterpillar",
            "cattle",
            "chair",
            "chimpanzee",
            "clock",
            "cloud",
            "cockroach",
            "couch",
            "crab",
            "crocodile",
            "cup",
            "dinosaur",
            "dolphin",
            "elephant",
            "flatfish",
            "forest",
            "fox",
            "girl",
            "hamster",
            "house",
            "kangaroo",
            "keyboard",
            "lamp",
            "lawn_mower",
            "leopard",
            "lion",
            "lizard",
            "lobster",
            "man",
            "maple_tree",
            "motorcycle",
            "mountain",
            "mouse",
            "mushroom",
            "oak_tree",
            "orange",
            "orchid",
            "otter",
            "palm_tree",
            "pear",
            "pickup_truck",
            "pine_tree",
            "plain",
            "plate",
            "poppy",
            "porcupine",
            "possum",
            "rabbit",
            "raccoon",
            "ray",
            "road",
            "rocket",
            "rose",
            "sea",
            "seal",
            "shark",
            "shrew",
            "skunk",
            "skyscraper",
            "snail",
            "snake",
            "spider",
            "squirrel",
            "streetcar",
            "sunflower",
            "sweet_pepper",
            "table",
            "tank",
            "telephone",
            "television",
            "tiger",
            "tractor",
            "train",
            "trout",
            "tulip",
            "turtle",
            "wardrobe",
            "whale",
            "willow_tree",
            "wolf",
            "woman",
            "worm");

    private static final CifarFormat CIFAR10 = new CifarFormat(
            "CIFAR-10",
            1,
            10,
            TEN_NAMES,
            "batches.meta.txt",
            IntStream.rangeClosed(1, 5)
                    .mapToObj(i -> "data_batch_" + i + ".bin")
                    .toList(),
            "test_batch.bin");

    private static final CifarFormat CIFAR100 =
            new CifarFormat("CIFAR-100", 2, 100, List.of(), "fine_label_names.txt", List.of("train.bin"), "test.bin");

    private static final List<CifarFormat> ALL = List.of(CIFAR10, CIFAR100);

    /** Returns whether a folder has files of this version, perhaps not all. */
    private boolean isIn(Path folder) {
        // CIFAR-100's image files have names that other data sets use too.
        return (!knownNames.isEmpty() || Files.isRegularFile(folder.resolve(namesFile)))
                && files().anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    private Stream<String> files() {
        return Stream.concat(trainFiles.stream(), Stream.of(testFile));
    }

    /** Returns the version that a folder has files of. */
    static Optional<CifarFormat> of(Path folder) {
        return ALL.stream().filter(format -> format.isIn(folder)).findFirst();
    }

    /** Returns the version that a file belongs to. */
    static Optional<CifarFormat> ofFile(Path file) {
        String name = String.valueOf(file.getFileName());
        Path folder = file.toAbsolutePath().getParent();
        return folder == null || !Files.isRegularFile(file)
                ? Optional.empty()
                : ALL.stream()
                        .filter(format -> format.files().anyMatch(name::equals) && format.isIn(folder))
                        .findFirst();
    }

    /**
     * Opens the files of a folder.
     *
     * @throws DataException if one is missing or invalid
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
        if (!knownNames.isEmpty() && !Files.exists(file)) {
            return knownNames;
        }
        // Files.lines would read through a channel, which an interrupt closes.
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            List<String> names = lines.lines()
                    .map(String::strip)
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
