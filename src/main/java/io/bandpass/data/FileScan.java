package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageHeader;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the headers of files, on several threads, and keeps the good ones in the order in which they are given. */
final class FileScan implements AutoCloseable {
    /** Sees each image that can be used, in order. */
    interface Observer {
        void found(String format, long bytes, int width, int height);
    }

    /** A file that changes twice within the resolution of its time would look unchanged. */
    private static final long TOO_FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private record Looked(
            Found found,
            boolean named,
            HeaderCheck check,
            @Nullable String key,
            int known) {}

    private final @Nullable Path base;
    private final Workers workers;
    private final UnreadableImages bad;
    private final long maxPixels;
    private final Observer observer;
    private final HeaderIndex index;
    private final @Nullable HeaderIndexWriter writer;
    private final long freshest = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - TOO_FRESH_NANOS;
    private final PathTable table = new PathTable();
    private final TreeSet<String> folders = new TreeSet<>();
    private @Nullable Path loose;
    private final BitSet kept = new BitSet();
    private boolean changed;
    private boolean counted;

    /**
     * A scan.
     *
     * @param base the folder that is looked through, which names in the index are relative to; null for files from
     *     anywhere, whose names are absolute
     * @param identity what the index belongs to
     * @param indexFile nothing if there is none
     */
    FileScan(
            @Nullable Path base,
            String identity,
            Optional<Path> indexFile,
            Workers workers,
            UnreadableImages bad,
            long maxPixels,
            Observer observer) {
        this.base = base;
        this.workers = workers;
        this.bad = bad;
        this.maxPixels = maxPixels;
        this.observer = observer;
        String whole = ImageHeader.CHECKS + " " + identity;
        index = indexFile.map(file -> HeaderIndex.open(file, whole)).orElseGet(HeaderIndex::empty);
        writer = indexFile.map(file -> new HeaderIndexWriter(file, whole)).orElse(null);
    }

    /** Looks at files that were found; those that nobody would take for images are left out. */
    void add(List<Found> files) {
        take(workers.map(files, file -> look(file, ImageHeader.isNamedLikeImage(file.path()))));
    }

    /** Looks at files that were named one by one: each counts. */
    void addNamed(List<Found> files) {
        take(workers.map(files, file -> look(file, true)));
    }

    private void take(List<Looked> files) {
        for (Looked file : files) {
            remember(file);
            if (counts(file)) {
                keep(file);
            }
        }
    }

    private Looked look(Found found, boolean namedLikeImage) {
        boolean named = namedLikeImage || found.isFolder();
        BasicFileAttributes attributes = found.attributes();
        if (attributes == null && !named) {
            return new Looked(found, named, HeaderCheck.other(), null, HeaderIndex.NONE);
        }
        String key = attributes != null && attributes.isRegularFile() && writer != null ? key(found.path()) : null;
        if (key != null && attributes != null) {
            int known = index.find(key, attributes.size(), modified(attributes));
            if (known != HeaderIndex.NONE) {
                return new Looked(found, named, index.check(known), key, known);
            }
        }
        return new Looked(found, named, found.header(named), key, HeaderIndex.NONE);
    }

    /** Whether a file is one of the set. What only begins like an image, and is not called one, may be a text. */
    private static boolean counts(Looked file) {
        return file.check().counts() && (file.named() || file.check().format() != null);
    }

    /** What a file is called in the index. */
    private String key(Path file) {
        return FileNames.text(base == null ? file.toAbsolutePath() : base.relativize(file));
    }

    private void remember(Looked file) {
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

    private void keep(Looked file) {
        Path path = file.found().path();
        bad.count(1);
        counted = true;
        BasicFileAttributes attributes = file.found().attributes();
        HeaderCheck check = file.check();
        String refusal = check.refusal(maxPixels);
        if (refusal == null && check.format() != null) {
            long bytes = attributes == null ? 0 : attributes.size();
            observer.found(check.format().word(), bytes, check.width(), check.height());
            table.add(path);
            noteFolder(path, true);
        } else {
            bad.add(FileNames.text(path), String.valueOf(refusal));
            noteFolder(path, false);
        }
    }

    private void noteFolder(Path path, boolean used) {
        Path parent = path.getParent();
        if (base == null || parent == null || parent.equals(base)) {
            // What cannot be used has no class to lie in; it is bad in any case.
            if (loose == null && used) {
                loose = path;
            }
        } else if (parent.startsWith(base)) {
            folders.add(FileNames.text(base.relativize(parent).getName(0)));
        }
    }

    /** No more files come: an index is put in its place if there was none, or anything in it is new or gone. */
    PathTable finish() {
        table.finish();
        if (writer != null && (changed || !index.isStored() || kept.cardinality() != index.size())) {
            for (int slot = kept.nextSetBit(0); slot >= 0; slot = kept.nextSetBit(slot + 1)) {
                writer.add(index.record(slot));
            }
            writer.finish();
        }
        return table;
    }

    /** Whether there is an index that could not be written. */
    boolean hasLostIndex() {
        return writer != null && writer.hasFailed();
    }

    /** Whether no file counted, good or bad. */
    boolean isEmpty() {
        return !counted;
    }

    /** The good files. */
    PathTable files() {
        return table;
    }

    /** Names of the folders in the base that hold files, another for each folder. */
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
