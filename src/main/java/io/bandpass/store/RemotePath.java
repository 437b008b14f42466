package io.bandpass.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a file in a store. The query of an address, which may hold a signature, is sent with requests for this
 * file, and is otherwise no part of the path: it is neither compared nor written anywhere.
 */
final class RemotePath implements Path {
    private final RemoteFileSystem files;
    private final boolean absolute;
    private final List<String> names;
    private final String query;

    RemotePath(RemoteFileSystem files, boolean absolute, List<String> names, String query) {
        this.files = files;
        this.absolute = absolute;
        this.names = List.copyOf(names);
        this.query = query;
    }

    /** Returns the names of a path; slashes at its ends stand for nothing, between two others for an empty name. */
    static List<String> split(String path) {
        int begin = path.startsWith("/") ? 1 : 0;
        int end = path.length();
        while (end > begin && path.charAt(end - 1) == '/') {
            end--;
        }
        return begin == end
                ? List.of()
                : Arrays.asList(path.substring(begin, end).split("/", -1));
    }

    /** The path below the host, with a slash before it, as in the request, without the query. */
    String key() {
        return "/" + String.join("/", names);
    }

    /** The query of the address with its question mark; empty for none. */
    String query() {
        return query;
    }

    private RemotePath with(boolean isAbsolute, List<String> others) {
        return new RemotePath(files, isAbsolute, others, "");
    }

    @Override
    public RemoteFileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : with(false, List.of(names.get(names.size() - 1)));
    }

    @Override
    public @Nullable Path getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return with(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
            throw new IllegalArgumentException("names " + beginIndex + " to " + endIndex + " of " + names.size());
        }
        return with(false, names.subList(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof RemotePath path
                && path.files.equals(files)
                && path.absolute == absolute
                && path.names.size() <= names.size()
                && names.subList(0, path.names.size()).equals(path.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof RemotePath path)
                || !path.files.equals(files)
                || path.names.size() > names.size()
                || (path.absolute && !path.equals(this))) {
            return false;
        }
        return names.subList(names.size() - path.names.size(), names.size()).equals(path.names);
    }

    /** Returns this path: servers may tell names with dots from those without. */
    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        RemotePath path = own(other);
        if (path.absolute) {
            return path;
        }
        List<String> joined = new ArrayList<>(names);
        joined.addAll(path.names);
        return with(absolute, joined);
    }

    @Override
    public Path relativize(Path other) {
        RemotePath path = own(other);
        if (!path.startsWith(this)) {
            throw new IllegalArgumentException(other + " is not below " + this);
        }
        return with(false, path.names.subList(names.size(), path.names.size()));
    }

    private RemotePath own(Path other) {
        if (other instanceof RemotePath path && path.files.equals(files)) {
            return path;
        }
        throw new ProviderMismatchException(other + " is not in " + files);
    }

    @Override
    public URI toUri() {
        return URI.create(files + key());
    }

    @Override
    public Path toAbsolutePath() {
        return absolute ? this : with(true, names);
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        throw new UnsupportedOperationException("files of a store are not watched");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RemotePath path
                && path.files.equals(files)
                && path.absolute == absolute
                && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return 31 * files.hashCode() + names.hashCode();
    }

    @Override
    public String toString() {
        return absolute ? files + key() : String.join("/", names);
    }
}
