package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.DecodeOptions;
import io.bandpass.text.Addresses;
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

/**
 * Finds the images under the paths that a user names: training images and, if the folder layout defines them, held-out
 * ones.
 */
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
    private final UnreadableImages unreadable;
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
    private final ShardFinder shards;
    private final ShardSets shardSets;
    private final RemoteShards remote;

    ImageFinder(DataConfig config, UnreadableImages unreadable) {
        this(config, unreadable, false, (format, bytes, width, height) -> {});
    }

    /**
     * Creates a finder.
     *
     * @param observer receives each usable image
     */
    ImageFinder(DataConfig config, UnreadableImages unreadable, FileScan.Observer observer) {
        this(config, unreadable, false, observer);
    }

    private ImageFinder(
            DataConfig config, UnreadableImages unreadable, boolean wholeFolders, FileScan.Observer observer) {
        this.wholeFolders = wholeFolders;
        this.observer = observer;
        indexSetting = config.index();
        workers = new Workers(config.workers());
        maxPixels = config.maxPixels();
        withLabels = config.labels() == DataConfig.Labels.AUTO;
        decoding = DecodeOptions.of(config);
        this.unreadable = unreadable;
        remote = new RemoteShards(config);
        named = new NamedFiles(once, unreadable, !wholeFolders);
        shards = new ShardFinder(indexSetting, config.workers(), unreadable, maxPixels, observer);
        shardSets = new ShardSets(shards, withLabels, decoding);
    }

    /**
     * Creates a finder that takes all images of a folder, in the order of their relative paths, and holds nothing out.
     */
    static ImageFinder ofWholeFolders(DataConfig config, UnreadableImages bad) {
        return new ImageFinder(config, bad, true, (format, bytes, width, height) -> {});
    }

    ImageSource train() {
        return joined(train);
    }

    Optional<ImageSource> heldOut() {
        return heldOut.isEmpty() ? Optional.empty() : Optional.of(joined(heldOut));
    }

    private static ImageSource joined(List<ImageSource> sets) {
        return sets.size() == 1 ? sets.get(0) : new JoinedImages(sets);
    }

    /** Reasons why there are no labels: a clause for each source without any, which names it. */
    List<String> unlabelled() {
        return Stream.concat(unlabelled.stream(), shardSets.unlabelled().stream())
                .toList();
    }

    /** Sentences about files left out and names that are not valid text. */
    List<String> notices() {
        List<String> all = new ArrayList<>(notices);
        all.addAll(shardSets.notices());
        all.addAll(leftOut.notices());
        List<String> undecodable = Stream.concat(train.stream(), heldOut.stream())
                .flatMap(set -> set.classNames().stream())
                .distinct()
                .filter(name -> NUMBERED_BYTE.matcher(name).find())
                .toList();
        if (!undecodable.isEmpty()) {
            all.add("names of folders that are no text in the character set of the locale are written with the"
                    + " numbers of their bytes: " + ClassCheck.some(undecodable)
                    + "; give them names in UTF-8, and set a UTF-8 locale such as LC_ALL=C.UTF-8");
        }
        return all;
    }

    /** Folders beside the class folders that hold no image and are therefore not classes. */
    List<Path> emptyFolders() {
        return List.copyOf(emptyFolders);
    }

    /**
     * Adds a folder, a list file, a glob, a CSV file with labels, an IDX or CIFAR file, a shard or a single image.
     *
     * @throws DataException if it does not exist or names no image
     */
    void add(String source) {
        int before = unreadable.files();
        int leftOutBefore = leftOut.countAgain();
        addImages(source);
        // A source already visited under another name is not an error, and has a notice.
        if (unreadable.files() == before && leftOut.countAgain() == leftOutBefore) {
            throw new DataException("no images in " + Addresses.shown(source)
                    + ": give folders, list or CSV files or globs of JPEG, PNG, WebP, BMP, TIFF or GIF images, IDX or"
                    + " CIFAR files, WebDataset shards (.tar), or Parquet files");
        }
    }

    private void addImages(String source) {
        if (Addresses.isAddress(source)) {
            addAddress(source);
            return;
        }
        if (FileCollector.isGlob(source)) {
            if (NumberRanges.isIn(source)) {
                addRange(source);
            } else {
                addGlob(source);
            }
            return;
        }
        Path path = FileNames.path(source);
        if (Files.isDirectory(path)) {
            addFolder(path);
        } else if (!Files.exists(path)) {
            throw new DataException("there is no file or folder " + source);
        } else if (LabelTable.isTable(path)) {
            addTable(path);
        } else if (FileCollector.isList(path)) {
            List<Found> listed =
                    named.distinct(workers.map(FileCollector.listed(path, remote::shard), Found::of), found -> true);
            addListed(
                    listed,
                    absolute(path),
                    folderOf(path.toAbsolutePath()),
                    "a list such as " + source + " gives none");
        } else {
            addFile(path, source);
        }
    }

    private void addAddress(String address) {
        RemoteShards.Named all = remote.shards(address);
        List<Found> found =
                named.distinct(NumberRanges.files(Addresses.shown(address), all.shards(), workers), file -> true);
        List<Found> training = all.below("train", found);
        Optional<String> other = HELD_OUT_FOLDERS.stream()
                .filter(folder -> !all.below(folder, found).isEmpty())
                .findFirst();
        if (wholeFolders || training.isEmpty() || other.isEmpty()) {
            addShards(found, all.base());
        } else {
            Path folder = all.base().resolve(other.get());
            add(shardSets.pair(training, all.base().resolve("train"), all.below(other.get(), found), folder));
        }
    }

    private void addFile(Path path, String source) {
        boolean isIdx = IdxImages.isImageFile(path);
        if (isIdx || CifarFormat.ofFile(path).isPresent()) {
            if (takesSet(path)) {
                train.add(isIdx ? idx(path) : cifar(path));
            }
            return;
        }
        List<Found> distinct = named.distinct(List.of(Found.of(path)), found -> true);
        if (ShardNames.isShard(path)) {
            addShards(distinct, folderOf(path));
        } else if (!distinct.isEmpty()) {
            addNamed(distinct, "", folderOf(path), "a single image such as " + source + " has none");
        }
    }

    /** Returns whether to read a multi-image file; one already visited is left out. */
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
        List<Found> distinct = named.distinct(matching, FilesOnce.isRealBelow(root));
        List<Found> images = distinct.stream().filter(ShardSets::isOther).toList();
        if (images.isEmpty()) {
            addShards(distinct, root);
        } else {
            shardSets.noteBesideImages(
                    distinct.stream().filter(found -> !ShardSets.isOther(found)).toList());
            addNamed(images, new File(glob).getAbsolutePath(), root, "a glob such as " + glob + " gives none");
        }
    }

    /** Adds the files of a name with ranges of numbers, all of which must be there. */
    private void addRange(String range) {
        List<String> names = NumberRanges.expand(range);
        if (FileCollector.isGlob(names.get(0))) {
            names.forEach(this::addImages);
        } else {
            addListed(
                    named.distinct(NumberRanges.files(range, paths(names), workers), found -> true),
                    new File(range).getAbsolutePath(),
                    FileCollector.root(range),
                    "a range such as " + range + " gives none");
        }
    }

    /** Adds files that were named one by one, images and shards. */
    private void addListed(List<Found> listed, String identity, Path base, String noLabels) {
        List<Found> images = listed.stream().filter(ShardSets::isOther).toList();
        if (!images.isEmpty() || listed.isEmpty()) {
            addNamed(images, identity, base, noLabels);
        }
        addShards(listed.stream().filter(found -> !ShardSets.isOther(found)).toList(), base);
    }

    private void addShards(List<Found> found, Path base) {
        if (!found.isEmpty()) {
            add(shardSets.open(found, base, wholeFolders));
        }
    }

    private void add(ShardSets.Split shards) {
        shards.train().ifPresent(train::add);
        shards.heldOut().ifPresent(heldOut::add);
    }

    private void addFolder(Path folder) {
        List<ImageSource> testSets = wholeFolders ? train : heldOut;
        Optional<Path> idx = IdxImages.find(folder, "train");
        Optional<CifarParts> cifar = idx.isPresent() ? Optional.empty() : CifarParts.find(folder, withLabels);
        if ((idx.isPresent() || cifar.isPresent()) && !once.entersSet(Found.of(folder))) {
            leftOut.again(folder, null, true);
            return;
        }
        if (idx.isPresent()) {
            addIdxFolder(idx.get(), IdxImages.find(folder, "t10k").filter(this::takesSet), testSets);
            return;
        }
        if (cifar.isPresent()) {
            cifar.get().train().forEach(split -> addCifar(folder, split, train));
            addCifar(folder, cifar.get().heldOut(), testSets);
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
            if (scan.isOfShards()) {
                addShards(scan.shards(), folder);
                shards.noteMissing(folder);
                return;
            }
            if (scan.isEmpty()) {
                return;
            }
            train.add(tree(folder, scan, classes(List.of(folder), scan)));
        }
    }

    private void addIdxFolder(Path trainFile, Optional<Path> testFile, List<ImageSource> testSets) {
        boolean takesTrain = takesSet(trainFile);
        if (takesTrain && testFile.isPresent()) {
            addIdxPair(trainFile, testFile.get(), testSets);
        } else if (takesTrain) {
            train.add(idx(trainFile));
        } else {
            testFile.ifPresent(file -> testSets.add(idx(file)));
        }
    }

    private void addCifar(Path folder, CifarImages split, List<ImageSource> splits) {
        if (takesSet(folder.resolve(split.fileName()))) {
            splits.add(counted(split));
        }
    }

    private void addIdxPair(Path trainFile, Path testFile, List<ImageSource> testSets) {
        IdxImages first = idx(trainFile);
        IdxImages second = idx(testFile);
        train.add(first.withClassesOf(second));
        testSets.add(second.withClassesOf(first));
    }

    private void addTable(Path file) {
        LabelTable table = LabelTable.read(file);
        String identity = absolute(file);
        Optional<Path> index = IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(null, identity, index, workers, unreadable, maxPixels, observer)) {
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

    /** Adds a training and a held-out split, with the classes of both. */
    void addPair(Path trainPath, Path heldOutPath) {
        boolean same = FilesOnce.isSame(trainPath, heldOutPath);
        if (same && !trainPath.equals(heldOutPath)) {
            throw notItsOwn(trainPath, heldOutPath);
        }
        if (same) {
            // Whoever does this has a reason, such as measuring how separable the images are at all.
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
        if (areShards(trainPath) && areShards(heldOutPath)) {
            add(shardSets.pair(shardsAt(trainPath), baseOf(trainPath), shardsAt(heldOutPath), baseOf(heldOutPath)));
            return;
        }
        for (Path path : List.of(trainPath, heldOutPath)) {
            if (!Files.isDirectory(path)) {
                throw new DataException(
                        Files.exists(path) ? path + " is no folder of images" : "there is no folder " + path);
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
        if (trainScan.isOfShards() && heldOutScan.isOfShards()) {
            add(shardSets.pair(trainScan.shards(), trainPath, heldOutScan.shards(), heldOutPath));
            return;
        }
        List<String> classes = classes(List.of(trainPath, heldOutPath), trainScan, heldOutScan);
        if (!trainScan.isEmpty() || leftOut.countAgain() == 0) {
            train.add(tree(trainPath, trainScan, classes));
        }
        heldOut.add(tree(heldOutPath, heldOutScan, classes));
    }

    /** Returns whether a path is a shard, or a range of shards. */
    private static boolean areShards(Path path) {
        return ShardNames.isShard(path)
                && (Files.isRegularFile(path) || (!Files.exists(path) && NumberRanges.isIn(path.toString())));
    }

    private static Path baseOf(Path shards) {
        return Files.exists(shards) ? folderOf(shards) : FileCollector.root(shards.toString());
    }

    private List<Found> shardsAt(Path path) {
        String source = path.toString();
        return Files.exists(path)
                ? List.of(Found.of(path))
                : NumberRanges.files(source, paths(NumberRanges.expand(source)), workers);
    }

    private static List<Path> paths(List<String> names) {
        return names.stream().map(FileNames::path).toList();
    }

    private static DataException notItsOwn(Path trainPath, Path heldOutPath) {
        return new DataException(FileNames.text(heldOutPath) + " has no image of its own to hold out: all are those of "
                + FileNames.text(trainPath) + " under other names; give other images");
    }

    private IdxImages idx(Path file) {
        IdxImages images = IdxImages.open(file, withLabels, maxPixels);
        unreadable.count(images.size());
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
        unreadable.count(images.size());
        for (int i = 0; i < images.size(); i++) {
            observer.found("cifar", CifarImages.BYTES, CifarImages.EDGE, CifarImages.EDGE);
        }
        return images;
    }

    private static Path folderOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /**
     * Adds individual files, each of which counts as an image as often as it is listed. They keep the paths as names.
     */
    void addFiles(List<Path> paths) {
        addNamed(workers.map(paths, Found::of), "", Path.of(""), "");
    }

    /**
     * Checks named files.
     *
     * @param identity of the set; empty for an unnamed one, which has no index
     * @param noLabels why they have no labels
     */
    private void addNamed(List<Found> files, String identity, Path base, String noLabels) {
        Optional<Path> file = identity.isEmpty() ? Optional.empty() : IndexFolder.file(indexSetting, identity);
        try (FileScan scan = new FileScan(null, identity, file, workers, unreadable, maxPixels, observer)) {
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
        try (FileScan scan = new FileScan(folder, identity, file, workers, unreadable, maxPixels, observer)) {
            FolderWalk.of(folder, workers, once, scan::add);
            scan.finish();
            if (!scan.isOfShards()) {
                note(file, scan);
                shardSets.noteBesideImages(scan.shards());
            }
            return scan;
        }
    }

    private void note(Optional<Path> index, FileScan scan) {
        index.ifPresent((scan.hasLostIndex() ? lostIndexes : indexes)::add);
    }

    /** The header indexes of everything added. */
    List<Path> indexes() {
        List<Path> all = new ArrayList<>(indexes);
        all.addAll(shards.indexes());
        return all;
    }

    /** The indexes that could not be written. */
    List<Path> lostIndexes() {
        List<Path> all = new ArrayList<>(lostIndexes);
        all.addAll(shards.lostIndexes());
        return all;
    }

    private static String absolute(Path path) {
        return FileNames.text(path.toAbsolutePath());
    }

    /** Returns one class per folder if every image lies in one of at least two class folders, otherwise none. */
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

    /** Returns the classes if labels are enabled and there are at least two, otherwise none. */
    private List<String> usable(List<String> classes, List<Path> sources) {
        if (!withLabels || classes.size() > 1) {
            return withLabels ? classes : List.of();
        }
        String where = sources.stream().map(FileNames::text).collect(Collectors.joining(" and "));
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
