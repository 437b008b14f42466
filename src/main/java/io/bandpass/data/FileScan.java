package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageHeader;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks the headers of files on several threads, and keeps the readable ones in the given order. */
final class FileScan implements AutoCloseable {
    /** Receives each usable image, in order. */
    interface Observer {
        void found(String format, long bytes, int width, int height);
    }

    /** A file modified twice within the resolution of its timestamp would look unchanged. */
    private static final long TOO_FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private record Checked(
            Found found,
            boolean named,
            HeaderCheck check,
            @Nullable String key,
            int known) {}

    private final @Nullable Path base;
    private final Workers workers;
    private final UnreadableImages unreadable;
    private final long maxPixels;
    private final Observer observer;
    private final HeaderIndex index;
    private final @Nullable HeaderIndexWriter writer;
    private final long freshest = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - TOO_FRESH_NANOS;
    private final PathTable table = new PathTable();
    private final TreeSet<String> folders = new TreeSet<>();
    private @Nullable Path loose;
    private final List<Found> shards = new ArrayList<>();
    private final BitSet kept = new BitSet();
    private boolean changed;
    private boolean counted;

    /**
     * Creates a scan.
     *
     * @param base the scanned folder, to which names in the index are relative; null for files from anywhere, whose
     *     names are absolute
     * @param identity of the set that the index belongs to
     * @param indexFile empty for no index
     */
    FileScan(
            @Nullable Path base,
            String identity,
            Optional<Path> indexFile,
            Workers workers,
            UnreadableImages unreadable,
            long maxPixels,
            Observer observer) {
        this.base = base;
        this.workers = workers;
        this.unreadable = unreadable;
        this.maxPixels = maxPixels;
        this.observer = observer;
        String whole = ImageHeader.CHECKS + " " + identity;
        index = indexFile.map(file -> HeaderIndex.open(file, whole)).orElseGet(HeaderIndex::empty);
        writer = indexFile.map(file -> new HeaderIndexWriter(file, whole)).orElse(null);
    }

    /** Checks files found in a folder; those that would not be taken for images are left out, shards are set aside. */
    void add(List<Found> files) {
        Map<Boolean, List<Found>> byKind = files.stream()
                .collect(Collectors.partitioningBy(file -> !file.isFolder() && ShardNames.isShard(file.path())));
        shards.addAll(byKind.getOrDefault(true, List.of()));
        take(workers.map(
                byKind.getOrDefault(false, List.of()), file -> check(file, ImageHeader.isNamedLikeImage(file.path()))));
    }

    /** Checks files that were named individually: each counts. */
    void addNamed(List<Found> files) {
        take(workers.map(files, file -> check(file, true)));
    }

    private void take(List<Checked> files) {
        for (Checked file : files) {
            remember(file);
            if (counts(file)) {
                keep(file);
            }
        }
    }

    private Checked check(Found found, boolean namedLikeImage) {
        boolean named = namedLikeImage || found.isFolder();
        BasicFileAttributes attributes = found.attributes();
        if (attributes == null && !named) {
            return new Checked(found, named, HeaderCheck.other(), null, HeaderIndex.NONE);
        }
        String key = attributes != null && attributes.isRegularFile() && writer != null ? key(found.path()) : null;
        if (key != null && attributes != null) {
            int known = index.find(key, attributes.size(), modified(attributes));
            if (known != HeaderIndex.NONE) {
                return new Checked(found, named, index.check(known), key, known);
            }
        }
        return new Checked(found, named, found.header(named), key, HeaderIndex.NONE);
    }

    /** Returns whether a file counts. A file that is not named like an image may be text that only begins like one. */
    private static boolean counts(Checked file) {
        return file.check().counts() && (file.named() || file.check().format() != null);
    }

    /** Returns the name of a file in the index. */
    private String key(Path file) {
        return FileNames.text(base == null ? file.toAbsolutePath() : base.relativize(file));
    }

    private void remember(Checked file) {
        BasicFileAttributes attributes = file.found().attributes();
        if (writer == null || file.key() == null || attributes == null || modified(attributes) > freshest) {
            return;
        }
        if (file.known() == HeaderIndex.NONE) {
            changed |= writer.add(file.key(), attributes.size(), modified(attributes), file.check());
        } else {
            kept.set(file.known());
        }
    }

    private static long modified(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    private void keep(Checked file) {
        Path path = file.found().path();
        unreadable.count(1);
        counted = true;
        BasicFileAttributes attributes = file.found().attributes();
        HeaderCheck check = file.check();
        String rejection = check.refusal(maxPixels);
        if (rejection == null && check.format() != null) {
            long bytes = attributes == null ? 0 : attributes.size();
            observer.found(check.format().word(), bytes, check.width(), check.height());
            table.add(path);
            noteFolder(path, true);
        } else {
            unreadable.add(FileNames.text(path), String.valueOf(rejection));
            noteFolder(path, false);
        }
    }

    private void noteFolder(Path path, boolean used) {
        Path parent = path.getParent();
        if (base == null || parent == null || parent.equals(base)) {
            // An unusable file is not required to lie in a class folder; it is reported as unreadable in any case.
            if (loose == null && used) {
                loose = path;
            }
        } else if (parent.startsWith(base)) {
            folders.add(FileNames.text(base.relativize(parent).getName(0)));
        }
    }

    /** Ends the scan. The index is written if there was none, or if an entry is new or gone. */
    PathTable finish() {
        table.finish();
        if (!isOfShards() && writer != null && (changed || !index.isStored() || kept.cardinality() != index.size())) {
            for (int slot = kept.nextSetBit(0); slot >= 0; slot = kept.nextSetBit(slot + 1)) {
                writer.add(index.record(slot));
            }
            writer.finish();
        }
        return table;
    }

    /** Returns whether there is an index that could not be written. */
    boolean hasLostIndex() {
        return writer != null && writer.hasFailed();
    }

    /** Returns whether no file counted, readable or not. */
    boolean isEmpty() {
        return !counted;
    }

    /** The shards set aside, in order. */
    List<Found> shards() {
        return shards;
    }

    /** Returns whether there are shards, and no images beside them. */
    boolean isOfShards() {
        return !counted && !shards.isEmpty();
    }

    /** The readable files. */
    PathTable files() {
        return table;
    }

    /** Names of the folders in the base that hold files, unique per folder. */
    List<String> classFolders() {
        return List.copyOf(folders);
    }

    /** The first file that lies beside these folders. */
    Optional<Path> looseFile() {
        return Optional.ofNullable(loose);
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
