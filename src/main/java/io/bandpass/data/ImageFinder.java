package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Turns what a user names into sets of images: training, and held-out where the layout of the folders says so. */
final class ImageFinder implements AutoCloseable {
    private static final List<String> HELD_OUT_FOLDERS = List.of("val", "validation", "test");

    private final List<ImageSource> train = new ArrayList<>();
    private final List<ImageSource> heldOut = new ArrayList<>();
    private final long maxPixels;
    private final boolean withLabels;
    private final boolean reducedDecoding;
    private final String indexSetting;
    private final Workers workers;
    private final BadImages bad;
    private final FileScan.Observer observer;
    private boolean wholeFolders;
    private final List<Path> indexes = new ArrayList<>();
    private final List<Path> lostIndexes = new ArrayList<>();

    ImageFinder(DataConfig config, BadImages bad) {
        this(config, bad, (format, bytes, width, height) -> {});
    }

    /**
     * A finder.
     *
     * @param observer sees each image that can be used
     */
    ImageFinder(DataConfig config, BadImages bad, FileScan.Observer observer) {
        this.observer = observer;
        indexSetting = config.index();
        workers = new Workers(config.workers());
        maxPixels = config.maxPixels();
        withLabels = config.labels().equals("auto");
        reducedDecoding = config.reducedDecoding();
        this.bad = bad;
    }

    /** A finder that takes all images of a folder, in the order of their relative paths, and holds nothing out. */
    static ImageFinder ofWholeFolders(DataConfig config, BadImages bad) {
        ImageFinder finder = new ImageFinder(config, bad);
        finder.wholeFolders = true;
        return finder;
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
            addFiles(FileCollector.matching(given, workers), absolute(given), FileCollector.root(given));
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
            addFiles(FileCollector.listed(path), absolute(given), folderOf(path.toAbsolutePath()));
        } else {
            addFiles(List.of(path), "", folderOf(path));
        }
    }

    private void addFolder(Path folder) {
        Optional<Path> idx = IdxImages.find(folder, "train");
        if (idx.isPresent()) {
            train.add(idx(idx.get()));
            List<ImageSource> others = wholeFolders ? train : heldOut;
            IdxImages.find(folder, "t10k").ifPresent(test -> others.add(idx(test)));
            return;
        }
        Path trainFolder = folder.resolve("train");
        Optional<Path> heldOutFolder = HELD_OUT_FOLDERS.stream()
                .map(folder::resolve)
                .filter(Files::isDirectory)
                .findFirst();
        if (!wholeFolders && Files.isDirectory(trainFolder) && heldOutFolder.isPresent()) {
            addPair(trainFolder, heldOutFolder.get());
        } else {
            FileScan scan = scan(folder);
            train.add(tree(folder, scan, classes(scan)));
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
        FileScan trainScan = scan(trainPath);
        FileScan heldOutScan = scan(heldOutPath);
        List<String> classes = classes(trainScan, heldOutScan);
        train.add(tree(trainPath, trainScan, classes));
        heldOut.add(tree(heldOutPath, heldOutScan, classes));
    }

    private IdxImages idx(Path file) {
        IdxImages images = IdxImages.open(file, withLabels, maxPixels);
        bad.count(images.size());
        for (int i = 0; i < images.size(); i++) {
            observer.found("idx", (long) images.width() * images.height(), images.width(), images.height());
        }
        return images;
    }

    private static Path folderOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** Adds files one by one, each of which counts as an image; their names are those that were given. */
    void addFiles(List<Path> paths) {
        addFiles(paths, "", Path.of(""));
    }

    /** Looks at given files; those of an unnamed set have no index. */
    private void addFiles(List<Path> paths, String identity, Path base) {
        Optional<Path> file = identity.isEmpty() ? Optional.empty() : IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(null, identity, file, workers, bad, maxPixels, observer)) {
            scan.addNamed(workers.map(paths, FolderWalk.Found::of));
            train.add(ImageFiles.unlabelled(scan.finish(), base, reducedDecoding));
            note(file, scan);
        }
    }

    private FileScan scan(Path folder) {
        String identity = absolute(folder.toString());
        Optional<Path> file = IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(folder, identity, file, workers, bad, maxPixels, observer)) {
            FolderWalk.of(folder, workers, scan::add);
            scan.finish();
            note(file, scan);
            return scan;
        }
    }

    private void note(Optional<Path> index, FileScan scan) {
        index.ifPresent((scan.hasLostIndex() ? lostIndexes : indexes)::add);
    }

    /** The indexes of what was added. */
    List<Path> indexes() {
        return List.copyOf(indexes);
    }

    /** The indexes that could not be written. */
    List<Path> lostIndexes() {
        return List.copyOf(lostIndexes);
    }

    private static String absolute(String given) {
        // A File may hold the wildcards of a glob on every system, a Path may not.
        return new File(given).getAbsolutePath();
    }

    /** A folder per class, where every image lies in one of at least two; else no classes. */
    private List<String> classes(FileScan... scans) {
        TreeSet<String> classes = new TreeSet<>();
        for (FileScan scan : scans) {
            if (scan.hasLooseFiles()) {
                return List.of();
            }
            classes.addAll(scan.classFolders());
        }
        return withLabels && classes.size() > 1 ? List.copyOf(classes) : List.of();
    }

    private ImageFiles tree(Path folder, FileScan scan, List<String> classes) {
        return ImageFiles.labelled(scan.files(), folder, classes, reducedDecoding);
    }

    @Override
    public void close() {
        workers.close();
    }
}
