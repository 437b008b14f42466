package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
            Found found, HeaderCheck check, @Nullable String key, boolean known) {}

    private final Path base;
    private final Workers workers;
    private final BadImages bad;
    private final long maxPixels;
    private final Observer observer;
    private final HeaderIndex index;
    private final @Nullable HeaderIndexWriter writer;
    private final long freshest = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - TOO_FRESH_NANOS;
    private final PathTable table = new PathTable();
    private final TreeSet<String> folders = new TreeSet<>();
    private boolean loose;
    private int written;
    private int kept;

    /**
     * A scan.
     *
     * @param base folder that names in the index are relative to
     * @param identity what the index belongs to
     * @param indexFile nothing if there is none
     */
    FileScan(
            Path base,
            String identity,
            Optional<Path> indexFile,
            Workers workers,
            BadImages bad,
            long maxPixels,
            Observer observer) {
        this.base = base;
        this.workers = workers;
        this.bad = bad;
        this.maxPixels = maxPixels;
        this.observer = observer;
        index = indexFile.map(file -> HeaderIndex.open(file, identity)).orElseGet(HeaderIndex::empty);
        writer = indexFile.map(file -> new HeaderIndexWriter(file, identity)).orElse(null);
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
            if (file.check().counts()) {
                keep(file);
            }
        }
    }

    private Looked look(Found found, boolean namedLikeImage) {
        boolean named = namedLikeImage || found.isFolder();
        BasicFileAttributes attributes = found.attributes();
        if (attributes == null && !named) {
            return new Looked(found, HeaderCheck.other(), null, false);
        }
        String key = attributes != null && attributes.isRegularFile() && writer != null ? key(found.path()) : null;
        if (key != null && attributes != null) {
            Optional<HeaderCheck> last = index.find(key, attributes.size(), modified(attributes));
            if (last.isPresent()) {
                return new Looked(found, last.get(), key, true);
            }
        }
        return new Looked(found, ImageHeader.check(found.path(), attributes, named), key, false);
    }

    /** Null for a name that does not survive as text. */
    private @Nullable String key(Path file) {
        String text = (file.startsWith(base) ? base.relativize(file) : file).toString();
        return PathTable.isPlain(base, text, file) || PathTable.isPlain(Path.of(""), text, file) ? text : null;
    }

    private void remember(Looked file) {
        BasicFileAttributes attributes = file.found().attributes();
        if (writer == null || file.key() == null || attributes == null || modified(attributes) > freshest) {
            return;
        }
        writer.add(file.key(), attributes.size(), modified(attributes), file.check());
        written++;
        kept += file.known() ? 1 : 0;
    }

    private static long modified(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    private void keep(Looked file) {
        Path path = file.found().path();
        bad.count(1);
        noteFolder(file);
        BasicFileAttributes attributes = file.found().attributes();
        HeaderCheck check = file.check();
        String refusal = check.refusal(maxPixels);
        if (refusal == null && check.format() != null) {
            long bytes = attributes == null ? 0 : attributes.size();
            observer.found(check.format().word(), bytes, check.width(), check.height());
            table.add(path);
        } else {
            bad.add(path.toString(), String.valueOf(refusal));
        }
    }

    private void noteFolder(Looked file) {
        Path parent = file.found().path().getParent();
        if (parent == null || parent.equals(base)) {
            // A folder that stands in for its images has no class; it is bad in any case.
            loose |= !file.found().isFolder();
        } else if (parent.startsWith(base)) {
            folders.add(base.relativize(parent).getName(0).toString());
        }
    }

    /** No more files come: the index is put in its place if anything in it is new or gone. */
    PathTable finish() {
        table.finish();
        if (writer != null && (index.size() == 0 || written != index.size() || kept != index.size())) {
            writer.finish();
        }
        return table;
    }

    /** The good files. */
    PathTable files() {
        return table;
    }

    /** Names of the folders in the base that hold files. */
    List<String> classFolders() {
        return List.copyOf(folders);
    }

    /** Whether a file lies beside these folders. */
    boolean hasLooseFiles() {
        return loose;
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
