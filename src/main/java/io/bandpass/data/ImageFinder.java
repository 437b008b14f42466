package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Turns what a user names into sets of images: training, and held-out where the layout of the folders says so. */
final class ImageFinder implements AutoCloseable {
    private static final List<String> HELD_OUT_FOLDERS = List.of("val", "validation", "test");

    private final List<ImageSource> train = new ArrayList<>();
    private final List<ImageSource> heldOut = new ArrayList<>();
    private final long maxPixels;
    private final boolean withLabels;
    private final DecodeOptions decoding;
    private final String indexSetting;
    private final Workers workers;
    private final BadImages bad;
    private final FileScan.Observer observer;
    private boolean wholeFolders;
    private final List<Path> indexes = new ArrayList<>();
    private final List<Path> lostIndexes = new ArrayList<>();
    private final List<String> unlabelled = new ArrayList<>();
    private final List<Path> emptyFolders = new ArrayList<>();

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
        decoding = DecodeOptions.of(config);
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

    /** Why there are no labels, as far as one part or another has none: clauses that name it. */
    List<String> unlabelled() {
        return List.copyOf(unlabelled);
    }

    /** Folders beside those of classes in which there is no image, so that they are no classes. */
    List<Path> emptyFolders() {
        return List.copyOf(emptyFolders);
    }

    /**
     * Adds a folder, a list file, a glob, a CSV file with labels, an IDX or CIFAR file or a single image.
     *
     * @throws DataException if it is not there or names no image
     */
    void add(String given) {
        int before = bad.files();
        addImages(given);
        if (bad.files() == before) {
            throw new DataException("no images in " + given
                    + ": give folders, list or CSV files or globs of JPEG, PNG, WebP, BMP, TIFF or GIF images, or IDX or"
                    + " CIFAR files");
        }
    }

    private void addImages(String given) {
        if (FileCollector.isGlob(given)) {
            addFiles(FileCollector.matching(given, workers), absolute(given), FileCollector.root(given));
            unlabelled.add("a glob such as " + given + " gives none");
            return;
        }
        Path path = FileCollector.path(given);
        if (Files.isDirectory(path)) {
            addFolder(path);
        } else if (!Files.exists(path)) {
            throw new DataException("there is no file or folder " + given);
        } else if (IdxImages.isImageFile(path)) {
            train.add(idx(path));
        } else if (CifarFormat.ofFile(path).isPresent()) {
            train.add(cifar(path));
        } else if (LabelTable.isTable(path)) {
            addTable(path);
        } else if (given.endsWith(".txt") || given.endsWith(".lst") || given.endsWith(".list")) {
            addFiles(FileCollector.listed(path), absolute(given), folderOf(path.toAbsolutePath()));
            unlabelled.add("a list such as " + given + " gives none");
        } else {
            addFiles(List.of(path), "", folderOf(path));
            unlabelled.add("a single image such as " + given + " has none");
        }
    }

    private void addFolder(Path folder) {
        List<ImageSource> others = wholeFolders ? train : heldOut;
        Optional<Path> idx = IdxImages.find(folder, "train");
        if (idx.isPresent()) {
            Optional<Path> test = IdxImages.find(folder, "t10k");
            if (test.isPresent()) {
                addIdxPair(idx.get(), test.get(), others);
            } else {
                train.add(idx(idx.get()));
            }
            return;
        }
        Optional<CifarParts> cifar = CifarParts.find(folder, withLabels);
        if (cifar.isPresent()) {
            cifar.get().train().forEach(part -> train.add(counted(part)));
            others.add(counted(cifar.get().heldOut()));
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
            train.add(tree(folder, scan, classes(List.of(folder), scan)));
        }
    }

    private void addIdxPair(Path trainFile, Path testFile, List<ImageSource> others) {
        IdxImages first = idx(trainFile);
        IdxImages second = idx(testFile);
        train.add(first.withClassesOf(second));
        others.add(second.withClassesOf(first));
    }

    private void addTable(Path file) {
        LabelTable table = LabelTable.read(file);
        String identity = absolute(file.toString());
        Optional<Path> index = IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(null, identity, index, workers, bad, maxPixels, observer)) {
            scan.addNamed(
                    workers.map(table.rows().stream().map(LabelTable.Row::path).toList(), FolderWalk.Found::of));
            PathTable kept = scan.finish();
            note(index, scan);
            int[] rows = table.rowsOf(kept);
            ImageSource all = ImageFiles.labelled(
                    kept,
                    folderOf(file.toAbsolutePath()),
                    table.labels(rows),
                    usable(table.classes(), List.of(file)),
                    decoding);
            if (wholeFolders || !table.hasSplit()) {
                train.add(all);
            } else {
                train.add(all.select(table.part(rows, false)));
                heldOut.add(all.select(table.part(rows, true)));
            }
        }
    }

    /** Adds a part to train on and a part to hold out, with the classes of both together. */
    void addPair(Path trainPath, Path heldOutPath) {
        if (IdxImages.isImageFile(trainPath) && IdxImages.isImageFile(heldOutPath)) {
            addIdxPair(trainPath, heldOutPath, heldOut);
            return;
        }
        if (CifarFormat.ofFile(trainPath).isPresent()
                && CifarFormat.ofFile(heldOutPath).isPresent()) {
            train.add(cifar(trainPath));
            heldOut.add(cifar(heldOutPath));
            return;
        }
        for (Path path : List.of(trainPath, heldOutPath)) {
            if (!Files.isDirectory(path)) {
                throw new DataException(path + " is no folder of images");
            }
        }
        FileScan trainScan = scan(trainPath);
        FileScan heldOutScan = scan(heldOutPath);
        List<String> classes = classes(List.of(trainPath, heldOutPath), trainScan, heldOutScan);
        train.add(tree(trainPath, trainScan, classes));
        heldOut.add(tree(heldOutPath, heldOutScan, classes));
    }

    private IdxImages idx(Path file) {
        IdxImages images = IdxImages.open(file, withLabels, maxPixels);
        bad.count(images.size());
        for (int i = 0; i < images.size(); i++) {
            observer.found("idx", (long) images.width() * images.height(), images.width(), images.height());
        }
        if (!images.isLabelled()) {
            unlabelled.add("there is no file of labels beside " + file);
        }
        return images;
    }

    private ImageSource cifar(Path file) {
        CifarFormat format = CifarFormat.ofFile(file).orElseThrow();
        return counted(format.open(folderOf(file), String.valueOf(file.getFileName()), withLabels));
    }

    private CifarImages counted(CifarImages images) {
        bad.count(images.size());
        for (int i = 0; i < images.size(); i++) {
            observer.found("cifar", CifarImages.BYTES, CifarImages.EDGE, CifarImages.EDGE);
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
            train.add(ImageFiles.unlabelled(scan.finish(), base, decoding));
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
    private List<String> classes(List<Path> folders, FileScan... scans) {
        TreeSet<String> classes = new TreeSet<>();
        for (FileScan scan : scans) {
            if (scan.looseFile().isPresent()) {
                unlabelled.add(scan.looseFile().get() + " lies in no folder of a class");
                return List.of();
            }
            classes.addAll(scan.classFolders());
        }
        for (Path folder : folders) {
            FolderWalk.foldersIn(folder).stream()
                    .filter(child -> !classes.contains(String.valueOf(child.getFileName())))
                    .forEach(emptyFolders::add);
        }
        return usable(List.copyOf(classes), folders);
    }

    /** Classes of what was found somewhere, as far as labels are wanted and tell anything. */
    private List<String> usable(List<String> classes, List<Path> places) {
        if (!withLabels || classes.size() > 1) {
            return withLabels ? classes : List.of();
        }
        String where = places.stream().map(Path::toString).collect(Collectors.joining(" and "));
        unlabelled.add(
                classes.equals(List.of("train"))
                        ? where + " has a folder train, but no val, validation or test beside it; name train itself"
                        : where + " has only the class " + String.join("", classes));
        return List.of();
    }

    private ImageFiles tree(Path folder, FileScan scan, List<String> classes) {
        return ImageFiles.labelled(scan.files(), folder, classes, decoding);
    }

    @Override
    public void close() {
        workers.close();
    }
}
