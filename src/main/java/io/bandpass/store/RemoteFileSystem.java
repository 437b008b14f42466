package io.bandpass.store;

import io.bandpass.BandpassException.Kind;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one host, read-only. What the host says of a file is asked for once, so that all of a run sees the same
 * state of it; a file that changes is noticed when it is read.
 */
final class RemoteFileSystem extends FileSystem {
    private final String root;
    private final ObjectStore store;
    private final BlockCache cache;
    private final RemoteProvider provider;
    private final Map<RemotePath, ObjectFacts> known = new ConcurrentHashMap<>();
    private final Map<RemotePath, String> queries = new ConcurrentHashMap<>();
    private volatile @Nullable StoreException failed;

    /**
     * Creates a file system.
     *
     * @param root scheme and host, as {@code https://example.org:8443}
     */
    RemoteFileSystem(String root, ObjectStore store, BlockCache cache) {
        this.root = root;
        this.store = store;
        this.cache = cache;
        provider = new RemoteProvider(root.substring(0, root.indexOf(':')));
    }

    /**
     * Returns the path of a file with the query of its address.
     *
     * @throws StoreException if the same path was given with another query
     */
    RemotePath path(String key, String query) {
        RemotePath path = new RemotePath(this, true, RemotePath.split(key), query);
        String other = query.isEmpty() ? null : queries.putIfAbsent(path, query);
        if (other != null && !other.equals(query)) {
            throw new StoreException(
                    Kind.DATA,
                    path
                            + " is given with two different queries: a file is told by the path of its address, and its query"
                            + " may only sign it");
        }
        return path;
    }

    ObjectFacts facts(RemotePath file) throws IOException {
        ObjectFacts before = known.get(file);
        if (before != null) {
            return before;
        }
        ObjectFacts now = asked(() -> store.facts(file));
        ObjectFacts first = known.putIfAbsent(file, now);
        return first == null ? now : first;
    }

    /** Returns all files below a folder, in the order of their paths. */
    List<Path> list(RemotePath folder) throws IOException {
        return asked(() -> store.list(folder)).stream()
                .<Path>map(key -> path(key, ""))
                .sorted()
                .toList();
    }

    RemoteChannel open(RemotePath file) throws IOException {
        ObjectFacts facts = facts(file);
        return new RemoteChannel(
                cache.file(file.toString(), facts.state()),
                facts.size(),
                (position, target) -> asked(() -> {
                    store.read(file, facts, position, target);
                    return facts;
                }));
    }

    private interface Request<T> {
        T send() throws IOException;
    }

    /** Once a host could not be reached after many attempts, nobody waits for it again: the run is about to end. */
    private <T> T asked(Request<T> request) throws IOException {
        StoreException before = failed;
        if (before != null) {
            throw new StoreException(String.valueOf(before.getMessage()), before);
        }
        try {
            return request.send();
        } catch (StoreException e) {
            failed = e;
            throw e;
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public Path getPath(String first, String... more) {
        StringBuilder all = new StringBuilder(first);
        for (String name : more) {
            all.append('/').append(name);
        }
        String text = all.toString();
        boolean isAddress = text.startsWith(root + "/") || text.equals(root);
        String path = isAddress ? text.substring(root.length()) : text;
        return new RemotePath(this, isAddress || path.startsWith("/"), RemotePath.split(path), "");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("files of a store hold nothing open");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(path("/", ""));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
        return path -> matcher.matches(Path.of(path.toString()));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("files of a store have no owner");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("files of a store are not watched");
    }

    @Override
    public String toString() {
        return root;
    }
}
