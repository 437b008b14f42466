package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.DecodeOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns what a user names into sets of images: training, and held-out where the layout of the folders says so. */
final class ImageFinder implements AutoCloseable {
    private static final List<String> HELD_OUT_FOLDERS = List.of("val", "validation", "test");

    private static final Pattern NUMBERED_BYTE = Pattern.compile("\\\\x[89A-F]");

    private final List<ImageSource> train = new ArrayList<>();
    private final List<ImageSource> heldOut = new ArrayList<>();
    private final long maxPixels;
    private final boolean withLabels;
    private final DecodeOptions decoding;
    private final String indexSetting;
    private final Workers workers;
    private final UnreadableImages bad;
    private final FileScan.Observer observer;
    private final boolean wholeFolders;
    private final List<Path> indexes = new ArrayList<>();
    private final List<Path> lostIndexes = new ArrayList<>();
    private final List<String> unlabelled = new ArrayList<>();
    private final List<Path> emptyFolders = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();
    private final FilesOnce once = new FilesOnce(leftOut);
    private final NamedFiles named;

    ImageFinder(DataConfig config, UnreadableImages bad) {
        this(config, bad, false, (format, bytes, width, height) -> {});
    }

    /**
     * A finder.
     *
     * @param observer sees each image that can be used
     */
    ImageFinder(DataConfig config, UnreadableImages bad, FileScan.Observer observer) {
        this(config, bad, false, observer);
    }

    private ImageFinder(DataConfig config, UnreadableImages bad, boolean wholeFolders, FileScan.Observer observer) {
        this.wholeFolders = wholeFolders;
        this.observer = observer;
        indexSetting = config.index();
        workers = new Workers(config.workers());
        maxPixels = config.maxPixels();
        withLabels = config.labels() == DataConfig.Labels.AUTO;
        decoding = DecodeOptions.of(config);
        this.bad = bad;
        named = new NamedFiles(once, bad, !wholeFolders);
    }

    /** A finder that takes all images of a folder, in the order of their relative paths, and holds nothing out. */
    static ImageFinder ofWholeFolders(DataConfig config, UnreadableImages bad) {
        return new ImageFinder(config, bad, true, (format, bytes, width, height) -> {});
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

    /** Sentences about files that were left out, and about names that are no text. */
    List<String> notices() {
        List<String> all = new ArrayList<>(notices);
        all.addAll(leftOut.notices());
        List<String> unclear = Stream.concat(train.stream(), heldOut.stream())
                .flatMap(part -> part.classNames().stream())
                .distinct()
                .filter(name -> NUMBERED_BYTE.matcher(name).find())
                .toList();
        if (!unclear.isEmpty()) {
            all.add("names of folders that are no text in the character set of the locale are written with the"
                    + " numbers of their bytes: " + ClassCheck.some(unclear)
                    + "; give them names in UTF-8, and set a UTF-8 locale such as LC_ALL=C.UTF-8");
        }
        return all;
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
        int leftOutBefore = leftOut.countAgain();
        addImages(given);
        // What was met before under another name is no mistake, and has a notice.
        if (bad.files() == before && leftOut.countAgain() == leftOutBefore) {
            throw new DataException("no images in " + given
                    + ": give folders, list or CSV files or globs of JPEG, PNG, WebP, BMP, TIFF or GIF images, or IDX or"
                    + " CIFAR files");
        }
    }

    private void addImages(String given) {
        if (FileCollector.isGlob(given)) {
            addGlob(given);
            return;
        }
        Path path = FileNames.path(given);
        if (Files.isDirectory(path)) {
            addFolder(path);
        } else if (!Files.exists(path)) {
            throw new DataException("there is no file or folder " + given);
        } else if (LabelTable.isTable(path)) {
            addTable(path);
        } else if (FileCollector.isList(path)) {
            List<Found> listed = named.distinct(workers.map(FileCollector.listed(path), Found::of), found -> true);
            addNamed(
                    listed, absolute(path), folderOf(path.toAbsolutePath()), "a list such as " + given + " gives none");
        } else {
            addFile(path, given);
        }
    }

    private void addFile(Path path, String given) {
        boolean isIdx = IdxImages.isImageFile(path);
        if (isIdx || CifarFormat.ofFile(path).isPresent()) {
            if (takesSet(path)) {
                train.add(isIdx ? idx(path) : cifar(path));
            }
            return;
        }
        List<Found> once = named.distinct(List.of(Found.of(path)), found -> true);
        if (!once.isEmpty()) {
            addNamed(once, "", folderOf(path), "a single image such as " + given + " has none");
        }
    }

    /** Whether to read a file with many images; one that was met before is left out. */
    private boolean takesSet(Path file) {
        Found found = Found.of(file);
        boolean takes = once.takesSet(found);
        if (!takes) {
            leftOut.again(file, found.real(), false);
        }
        return takes;
    }

    private void addGlob(String glob) {
        List<Found> matching = workers.map(FileCollector.matching(glob, workers, leftOut), Found::of);
        Path root = FileCollector.root(glob);
        List<Found> once = named.distinct(matching, FilesOnce.isRealBelow(root));
        addNamed(once, new File(glob).getAbsolutePath(), root, "a glob such as " + glob + " gives none");
    }

    private void addFolder(Path folder) {
        List<ImageSource> others = wholeFolders ? train : heldOut;
        Optional<Path> idx = IdxImages.find(folder, "train");
        Optional<CifarParts> cifar = idx.isPresent() ? Optional.empty() : CifarParts.find(folder, withLabels);
        if ((idx.isPresent() || cifar.isPresent()) && !once.entersSet(Found.of(folder))) {
            leftOut.again(folder, null, true);
            return;
        }
        if (idx.isPresent()) {
            addIdxFolder(idx.get(), IdxImages.find(folder, "t10k").filter(this::takesSet), others);
            return;
        }
        if (cifar.isPresent()) {
            cifar.get().train().forEach(part -> addCifar(folder, part, train));
            addCifar(folder, cifar.get().heldOut(), others);
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
            if (scan.isEmpty()) {
                return;
            }
            train.add(tree(folder, scan, classes(List.of(folder), scan)));
        }
    }

    private void addIdxFolder(Path trainFile, Optional<Path> testFile, List<ImageSource> others) {
        boolean takesTrain = takesSet(trainFile);
        if (takesTrain && testFile.isPresent()) {
            addIdxPair(trainFile, testFile.get(), others);
        } else if (takesTrain) {
            train.add(idx(trainFile));
        } else {
            testFile.ifPresent(file -> others.add(idx(file)));
        }
    }

    private void addCifar(Path folder, CifarImages part, List<ImageSource> parts) {
        if (takesSet(folder.resolve(part.fileName()))) {
            parts.add(counted(part));
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
        String identity = absolute(file);
        Optional<Path> index = IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(null, identity, index, workers, bad, maxPixels, observer)) {
            List<Path> paths = table.rows().stream().map(LabelTable.Row::path).toList();
            scan.addNamed(named.rows(file, table, workers.map(paths, Found::of)));
            PathTable kept = scan.finish();
            note(index, scan);
            if (scan.isEmpty()) {
                return;
            }
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
        boolean same = FilesOnce.isSame(trainPath, heldOutPath);
        if (same && !trainPath.equals(heldOutPath)) {
            throw notItsOwn(trainPath, heldOutPath);
        }
        if (same) {
            // Whoever says so has a reason, such as a look at how well the images can be told apart at all.
            notices.add("what is tested on is what is learned from: " + FileNames.text(trainPath));
        }
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
        once.addRoot(trainPath);
        once.addRoot(heldOutPath);
        FileScan trainScan = scan(trainPath);
        int before = leftOut.countAgain();
        FileScan heldOutScan = scan(heldOutPath, same ? new FilesOnce(new LeftOut()) : once);
        if (heldOutScan.isEmpty() && leftOut.countAgain() > before) {
            throw notItsOwn(trainPath, heldOutPath);
        }
        List<String> classes = classes(List.of(trainPath, heldOutPath), trainScan, heldOutScan);
        if (!trainScan.isEmpty() || leftOut.countAgain() == 0) {
            train.add(tree(trainPath, trainScan, classes));
        }
        heldOut.add(tree(heldOutPath, heldOutScan, classes));
    }

    private static DataException notItsOwn(Path trainPath, Path heldOutPath) {
        return new DataException(FileNames.text(heldOutPath) + " has no image of its own to hold out: all are those of "
                + FileNames.text(trainPath) + " under other names; give other images");
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

    /** Adds files one by one, each of which counts as an image, as often as it is given; their names are those given. */
    void addFiles(List<Path> paths) {
        addNamed(workers.map(paths, Found::of), "", Path.of(""), "");
    }

    /**
     * Looks at given files.
     *
     * @param identity of the set; empty for an unnamed one, which has no index
     * @param noLabels why they have no labels
     */
    private void addNamed(List<Found> files, String identity, Path base, String noLabels) {
        Optional<Path> file = identity.isEmpty() ? Optional.empty() : IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(null, identity, file, workers, bad, maxPixels, observer)) {
            scan.addNamed(files);
            scan.finish();
            note(file, scan);
            if (!scan.isEmpty()) {
                train.add(ImageFiles.unlabelled(scan.files(), base, decoding));
                unlabelled.add(noLabels);
            }
        }
    }

    private FileScan scan(Path folder) {
        return scan(folder, once);
    }

    private FileScan scan(Path folder, FilesOnce once) {
        String identity = absolute(folder);
        Optional<Path> file = IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(folder, identity, file, workers, bad, maxPixels, observer)) {
            FolderWalk.of(folder, workers, once, scan::add);
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

    private static String absolute(Path path) {
        return FileNames.text(path.toAbsolutePath());
    }

    /** A folder per class, where every image lies in one of at least two; else no classes. */
    private List<String> classes(List<Path> folders, FileScan... scans) {
        TreeSet<String> classes = new TreeSet<>();
        for (FileScan scan : scans) {
            if (scan.looseFile().isPresent()) {
                unlabelled.add(FileNames.text(scan.looseFile().get()) + " lies in no folder of a class");
                return List.of();
            }
            classes.addAll(scan.classFolders());
        }
        for (Path folder : folders) {
            FolderWalk.foldersIn(folder).stream()
                    .filter(child ->
                            !classes.contains(FileNames.text(child.getFileName())) && !leftOut.isFolderAgain(child))
                    .forEach(emptyFolders::add);
        }
        return usable(List.copyOf(classes), folders);
    }

    /** Classes of what was found somewhere, as far as labels are wanted and tell anything. */
    private List<String> usable(List<String> classes, List<Path> places) {
        if (!withLabels || classes.size() > 1) {
            return withLabels ? classes : List.of();
        }
        String where = places.stream().map(FileNames::text).collect(Collectors.joining(" and "));
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
