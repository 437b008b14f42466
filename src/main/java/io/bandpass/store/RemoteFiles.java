package io.bandpass.store;

import io.bandpass.BandpassException.Kind;
import io.bandpass.text.Addresses;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of other machines that a user names by address. They are paths of Java like others, for reading only; no
 * host is contacted before one of its files is asked for.
 */
public final class RemoteFiles {
    private static final int SILENCE_MILLIS = 60_000;

    static final int LARGEST_PORT = 65_535;

    private static final String HUGGING_FACE = "hf";
    private static final Pattern OF_HUGGING_FACE = Pattern.compile(
            "hf://datasets/([^/]+)/([^/@]+)(?:@(refs/[^/]+/[^/]+|[^/]+))?/(.+)", Pattern.CASE_INSENSITIVE);

    private final BlockCache cache;
    private final Stores stores;
    private final Map<String, RemoteFileSystem> hosts = new ConcurrentHashMap<>();

    /** Opens the store of a scheme and a host. */
    interface Stores {
        ObjectStore open(String scheme, String host);
    }

    /**
     * Creates the access to remote files.
     *
     * @param cache folder for what was fetched
     * @param limit bytes that it may take
     * @param home of the user, for {@code .netrc}; empty if there is none
     */
    public RemoteFiles(Path cache, long limit, Optional<Path> home) {
        this(cache, limit, stores(System.getenv(), home, Attempts.USUAL, SILENCE_MILLIS));
    }

    RemoteFiles(Path cache, long limit, Stores stores) {
        this.cache = new BlockCache(cache, limit);
        this.stores = stores;
    }

    static Stores stores(Map<String, String> environment, Optional<Path> home, Attempts attempts, int silenceMillis) {
        HttpStore http = new HttpStore(new Credentials(environment, home), attempts, silenceMillis);
        return (scheme, host) ->
                OpenDalStore.has(scheme) ? OpenDalStore.open(scheme, host, environment, attempts, silenceMillis) : http;
    }

    /**
     * Returns the path of an address.
     *
     * @throws StoreException if it is no valid address of a kind that can be read
     */
    public Path path(String address) {
        String scheme = address.substring(0, address.indexOf(':')).toLowerCase(Locale.ROOT);
        if (scheme.equals(HUGGING_FACE)) {
            return path(ofHuggingFace(address));
        }
        if (!scheme.equals("http") && !scheme.equals("https") && !OpenDalStore.has(scheme)) {
            throw new StoreException(
                    Kind.DATA,
                    "files at " + scheme
                            + ":// cannot be read; give addresses of https://, http://, s3://, gs://, az:// or"
                            + " hf://, or download the files");
        }
        if (Addresses.namesUser(address)) {
            throw new StoreException(
                    Kind.DATA,
                    Addresses.shown(address) + " was given with a user or password, which would be written into the run"
                            + " folder; put them into ~/.netrc");
        }
        boolean isBucket = OpenDalStore.has(scheme);
        URI parsed;
        try {
            parsed = URI.create(address);
        } catch (IllegalArgumentException e) {
            throw invalid(address, "spaces and other special characters are written as %20 and the like");
        }
        // Names of buckets may hold characters that those of hosts may not.
        String host = isBucket ? parsed.getRawAuthority() : parsed.getHost();
        if (host == null || parsed.getRawPath() == null || parsed.getRawPath().length() < 2) {
            throw invalid(address, "it names a host and a file, as https://example.org/shards/train-000000.tar");
        }
        if (parsed.getPort() > LARGEST_PORT) {
            throw invalid(address, "ports go to " + LARGEST_PORT);
        }
        if (parsed.getRawFragment() != null || (isBucket && parsed.getRawQuery() != null)) {
            throw invalid(address, "within a name, # is written %23 and ? is written %3F");
        }
        String root = scheme + "://"
                + (isBucket
                        ? host
                        : host.toLowerCase(Locale.ROOT) + (parsed.getPort() < 0 ? "" : ":" + parsed.getPort()));
        String query = parsed.getRawQuery() == null ? "" : "?" + parsed.getRawQuery();
        return hosts.computeIfAbsent(root, key -> new RemoteFileSystem(key, stores.open(scheme, host), cache))
                .path(isBucket ? parsed.getPath() : parsed.getRawPath(), query);
    }

    /**
     * Returns all files below the folder at an address, in the order of their paths.
     *
     * @throws StoreException if the store has no listing, as one of HTTP
     */
    public List<Path> below(String address) throws IOException {
        RemotePath folder = (RemotePath) path(address);
        return folder.getFileSystem().list(folder);
    }

    /** Returns the address of HTTP of a file of a data set: {@code hf://datasets/OWNER/NAME[@REVISION]/FILE}. */
    private static String ofHuggingFace(String address) {
        Matcher parts = OF_HUGGING_FACE.matcher(address);
        if (!parts.matches()) {
            throw invalid(address, "it is hf://datasets/OWNER/NAME/FILE, or NAME@REVISION");
        }
        String revision = parts.group(3) == null ? "main" : parts.group(3).replace("/", "%2F");
        return "https://huggingface.co/datasets/" + parts.group(1) + "/" + parts.group(2) + "/resolve/" + revision + "/"
                + parts.group(4);
    }

    private static StoreException invalid(String address, String right) {
        return new StoreException(Kind.DATA, Addresses.shown(address) + " is no valid address: " + right);
    }
}
