package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Turns what a user names into sets of images: training, and held-out where the layout of the folders says so. */
final class ImageFinder {
    private static final List<String> HELD_OUT_FOLDERS = List.of("val", "validation", "test");

    private final List<ImageSource> train = new ArrayList<>();
    private final List<ImageSource> heldOut = new ArrayList<>();
    private final long maxPixels;
    private final boolean withLabels;
    private final BadImages bad;

    ImageFinder(DataConfig config, BadImages bad) {
        maxPixels = config.maxPixels();
        withLabels = config.labels().equals("auto");
        this.bad = bad;
    }

    ImageSource train() {
        return joined(train);
    }

    Optional<ImageSource> heldOut() {
        return heldOut.isEmpty() ? Optional.empty() : Optional.of(joined(heldOut));
    }

    private static ImageSource joined(List<ImageSource> parts) {
        return parts.size() == 1 ? parts.get(0) : new JoinedImages(parts);
    }

    /**
     * Adds a folder, a list file, a glob, an IDX file or a single image.
     *
     * @throws DataException if it is not there or names no image
     */
    void add(String given) {
        int before = bad.files();
        addImages(given);
        if (bad.files() == before) {
            throw new DataException("no images in " + given
                    + ": give folders, list files, globs or IDX files with JPEG, PNG, WebP, BMP, TIFF or GIF images");
        }
    }

    private void addImages(String given) {
        if (FileCollector.isGlob(given)) {
            addFiles(FileCollector.matching(given));
            return;
        }
        Path path = FileCollector.path(given);
        if (Files.isDirectory(path)) {
            addFolder(path);
        } else if (!Files.exists(path)) {
            throw new DataException("there is no file or folder " + given);
        } else if (IdxImages.isImageFile(path)) {
            train.add(idx(path));
        } else if (given.endsWith(".txt") || given.endsWith(".lst") || given.endsWith(".list")) {
            addFiles(FileCollector.listed(path));
        } else {
            addFiles(List.of(path));
        }
    }

    private void addFolder(Path folder) {
        Optional<Path> idx = IdxImages.find(folder, "train");
        if (idx.isPresent()) {
            train.add(idx(idx.get()));
            IdxImages.find(folder, "t10k").ifPresent(test -> heldOut.add(idx(test)));
            return;
        }
        Path trainFolder = folder.resolve("train");
        Optional<Path> heldOutFolder = HELD_OUT_FOLDERS.stream()
                .map(folder::resolve)
                .filter(Files::isDirectory)
                .findFirst();
        if (Files.isDirectory(trainFolder) && heldOutFolder.isPresent()) {
            addPair(trainFolder, heldOutFolder.get());
        } else {
            train.add(tree(folder, classes(List.of(folder))));
        }
    }

    /** Adds a part to train on and a part to hold out, with the classes of both together. */
    void addPair(Path trainPath, Path heldOutPath) {
        if (IdxImages.isImageFile(trainPath) && IdxImages.isImageFile(heldOutPath)) {
            train.add(idx(trainPath));
            heldOut.add(idx(heldOutPath));
            return;
        }
        for (Path path : List.of(trainPath, heldOutPath)) {
            if (!Files.isDirectory(path)) {
                throw new DataException(path + " is no folder of images");
            }
        }
        List<String> classes = classes(List.of(trainPath, heldOutPath));
        train.add(tree(trainPath, classes));
        heldOut.add(tree(heldOutPath, classes));
    }

    private IdxImages idx(Path file) {
        IdxImages images = IdxImages.open(file, withLabels, maxPixels);
        bad.count(images.size());
        return images;
    }

    private void addFiles(List<Path> paths) {
        List<ImageFiles.Entry> entries = new ArrayList<>();
        for (Path path : paths) {
            addFile(path, path.toString(), ImageSource.UNLABELLED, entries);
        }
        train.add(new ImageFiles(entries, List.of()));
    }

    /** A folder per class, where every image lies in one of at least two; else no classes. */
    private List<String> classes(List<Path> folders) {
        TreeSet<String> classes = new TreeSet<>();
        for (Path folder : folders) {
            for (Path path : FileCollector.below(folder)) {
                String name = FileCollector.relativeName(folder, path);
                if (name.contains("/")) {
                    classes.add(firstFolder(name));
                } else if (!Files.isDirectory(path)) {
                    return List.of();
                }
            }
        }
        return withLabels && classes.size() > 1 ? List.copyOf(classes) : List.of();
    }

    private ImageFiles tree(Path folder, List<String> classes) {
        List<ImageFiles.Entry> entries = new ArrayList<>();
        for (Path path : FileCollector.below(folder)) {
            String name = FileCollector.relativeName(folder, path);
            // A folder that stands in for its images has no class; it is bad in any case.
            int label = classes.isEmpty() || !name.contains("/")
                    ? ImageSource.UNLABELLED
                    : classes.indexOf(firstFolder(name));
            addFile(path, path.toString(), label, entries);
        }
        return new ImageFiles(entries, classes);
    }

    private static String firstFolder(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private void addFile(Path path, String name, int label, List<ImageFiles.Entry> entries) {
        bad.count(1);
        try {
            ImageHeader.check(path, maxPixels);
            entries.add(new ImageFiles.Entry(path, name, label));
        } catch (BadImageException e) {
            bad.add(name, e.reason());
        }
    }
}
