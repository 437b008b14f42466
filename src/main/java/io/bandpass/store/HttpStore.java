package io.bandpass.store;

import io.bandpass.BandpassException.Kind;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Files that a server gives by byte range over HTTP. Only GET is used, which is what a presigned address allows. Over
 * {@link HttpURLConnection}, whose reads can time out.
 */
final class HttpStore implements ObjectStore {
    private static final int CONNECT_MILLIS = 30_000;
    private static final int MOST_REDIRECTS = 5;
    private static final int PORTION = 1 << 16;

    /** An answer may take this many times as long as a silence. */
    private static final int LONGEST_SILENCES = 5;

    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int PRECONDITION_FAILED = 412;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;
    private static final long LONGEST_WAIT_MILLIS = 60_000;
    private static final long UNSAID_WAIT_SECONDS = 30;
    private static final Set<Integer> PASSING = Set.of(408, 425, TOO_MANY_REQUESTS);
    private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18})");

    private final Credentials credentials;
    private final Attempts attempts;
    private final int silenceMillis;

    /**
     * Creates a store.
     *
     * @param silenceMillis time after which a server that sends nothing is asked again
     */
    HttpStore(Credentials credentials, Attempts attempts, int silenceMillis) {
        this.credentials = credentials;
        this.attempts = attempts;
        this.silenceMillis = silenceMillis;
    }

    @Override
    public ObjectFacts facts(RemotePath file) throws IOException {
        return attempts.of(file.toString(), () -> askedFacts(file));
    }

    /** Asks for the first byte: a presigned address allows no HEAD. */
    private ObjectFacts askedFacts(RemotePath file) throws IOException {
        HttpURLConnection connection = connect(file, 0, 1, "");
        int status = status(connection);
        Matcher range = RANGE.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
        if (status == HttpURLConnection.HTTP_PARTIAL && range.matches()) {
            // Read to its end, so that the connection can be used again.
            try (InputStream body = connection.getInputStream()) {
                body.readNBytes(1);
            } catch (IOException e) {
                throw passing(e);
            }
            return facts(connection, Long.parseLong(range.group(3)));
        }
        try {
            if (status == RANGE_NOT_SATISFIABLE && range.matches()) {
                return facts(connection, Long.parseLong(range.group(3)));
            }
            if (status == HttpURLConnection.HTTP_OK && connection.getContentLengthLong() == 1) {
                return facts(connection, 1);
            }
            throw failure(file, connection, status);
        } finally {
            connection.disconnect();
        }
    }

    private static ObjectFacts facts(HttpURLConnection connection, long size) {
        long modified = connection.getLastModified();
        return new ObjectFacts(size, modified == 0 ? -1 : modified, tag(connection));
    }

    /** Returns the tag of the content; empty if there is none. */
    private static String tag(HttpURLConnection connection) {
        String tag = connection.getHeaderField("ETag");
        return tag == null ? "" : tag;
    }

    @Override
    public void read(RemotePath file, ObjectFacts facts, long position, ByteBuffer target) throws IOException {
        int first = target.position();
        int[] before = {first};
        attempts.of(
                file.toString(),
                () -> {
                    fill(file, facts, position - first, target);
                    return target;
                },
                () -> {
                    // A server that gives a little of it each time is slow, not out of reach.
                    boolean further = target.position() - before[0] >= PORTION;
                    before[0] = target.position();
                    return further;
                });
    }

    @Override
    public List<String> list(RemotePath folder) {
        throw new StoreException(
                Kind.DATA,
                folder + " is no WebDataset shard (.tar) or Parquet file, and a server does not tell which files"
                        + " it has; give a range such as {000000..000146}, or a list file with an address in each line");
    }

    /** Reads what is missing in the buffer. */
    private void fill(RemotePath file, ObjectFacts facts, long start, ByteBuffer target) throws IOException {
        long from = start + target.position();
        long begin = System.nanoTime();
        HttpURLConnection connection = connect(file, from, target.remaining(), facts.tag());
        try {
            int status = status(connection);
            check(file, facts, from, target.remaining(), connection, status);
            byte[] portion = new byte[PORTION];
            try (InputStream body = connection.getInputStream()) {
                while (target.hasRemaining()) {
                    int read = body.read(portion, 0, Math.min(PORTION, target.remaining()));
                    if (read < 0) {
                        throw ended(target);
                    }
                    target.put(portion, 0, read);
                    if (System.nanoTime() - begin
                            > TimeUnit.MILLISECONDS.toNanos(LONGEST_SILENCES * (long) silenceMillis)) {
                        throw new Attempts.Passing("the answer comes too slowly");
                    }
                }
            } catch (Attempts.Passing e) {
                throw e;
            } catch (SocketTimeoutException e) {
                throw passing(e);
            } catch (IOException e) {
                // Newer Javas throw where older ones say that nothing follows.
                throw ended(target);
            }
        } finally {
            if (target.hasRemaining()) {
                connection.disconnect();
            }
        }
    }

    private static Attempts.Passing ended(ByteBuffer target) {
        return new Attempts.Passing("the answer ended after " + target.position() + " of " + target.limit() + " bytes");
    }

    /** Checks that an answer is the bytes that were asked for, of the file as it was opened. */
    private static void check(
            RemotePath file, ObjectFacts facts, long from, int length, HttpURLConnection connection, int status)
            throws IOException {
        if (status == PRECONDITION_FAILED || status == RANGE_NOT_SATISFIABLE) {
            throw StoreException.changed(file);
        }
        if (status == HttpURLConnection.HTTP_PARTIAL) {
            checkRange(file, facts, from, length, String.valueOf(connection.getHeaderField("Content-Range")));
        } else if (status != HttpURLConnection.HTTP_OK
                || length != facts.size()
                || connection.getContentLengthLong() != length) {
            throw failureOfOpened(file, connection, status);
        }
        boolean other = facts.tag().isEmpty()
                ? facts.modified() >= 0 && connection.getLastModified() != facts.modified()
                : !tag(connection).equals(facts.tag());
        if (other) {
            throw StoreException.changed(file);
        }
    }

    private static void checkRange(RemotePath file, ObjectFacts facts, long from, int length, String given) {
        Matcher range = RANGE.matcher(given);
        if (!range.matches()
                || range.group(1) == null
                || Long.parseLong(range.group(1)) != from
                || Long.parseLong(range.group(2)) != from + length - 1) {
            throw new StoreException(file + " cannot be read: the server gives other bytes than those asked for ("
                    + PrintableText.of(given) + " instead of bytes " + from + " to " + (from + length - 1) + ")");
        }
        if (Long.parseLong(range.group(3)) != facts.size()) {
            throw StoreException.changed(file);
        }
    }

    /** What was there when it was opened cannot just be missing. */
    private static IOException failureOfOpened(RemotePath file, HttpURLConnection connection, int status) {
        IOException failure = failure(file, connection, status);
        if (failure instanceof Attempts.Passing) {
            return failure;
        }
        String reason = failure instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : "it was removed";
        throw new StoreException(
                file + " can no longer be read (status " + status + "): " + reason
                        + "; start again with the same command when it can",
                failure);
    }

    private static IOException failure(RemotePath file, HttpURLConnection connection, int status) {
        if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE) {
            return new NoSuchFileException(file.toString());
        }
        if (status == HttpURLConnection.HTTP_UNAUTHORIZED || status == HttpURLConnection.HTTP_FORBIDDEN) {
            return new AccessDeniedException(
                    file.toString(),
                    null,
                    "the server refuses it (status " + status + "); a signed address may have"
                            + " expired, and passwords belong into ~/.netrc");
        }
        boolean serverFails = status >= HttpURLConnection.HTTP_INTERNAL_ERROR
                && status != NOT_IMPLEMENTED
                && status != VERSION_NOT_SUPPORTED;
        if (serverFails || PASSING.contains(status)) {
            return new Attempts.Passing("the server answers with status " + status, wait(connection, status));
        }
        return new FileSystemException(
                file.toString(),
                null,
                status == HttpURLConnection.HTTP_OK
                        ? "its server ignores the header Range; use a server that gives byte ranges, or download the"
                                + " file"
                        : "the server answers with status " + status);
    }

    /** Returns the milliseconds that the server asks to wait; 0 if it does not. */
    private static long wait(HttpURLConnection connection, int status) {
        // Limits of rates are counted over minutes.
        long seconds =
                connection.getHeaderFieldLong("Retry-After", status == TOO_MANY_REQUESTS ? UNSAID_WAIT_SECONDS : 0);
        return Math.min(LONGEST_WAIT_MILLIS, TimeUnit.SECONDS.toMillis(Math.max(0, seconds)));
    }

    private HttpURLConnection connect(RemotePath file, long from, long length, String tag) throws IOException {
        URI address = URI.create(file + file.query());
        String host = address.getAuthority();
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(silenceMillis);
            connection.setUseCaches(false);
            connection.setRequestProperty("Range", "bytes=" + from + "-" + (from + length - 1));
            connection.setRequestProperty("Accept-Encoding", "identity");
            // A weak tag never matches there; it is compared when the answer is here.
            if (!tag.isEmpty() && !tag.startsWith("W/")) {
                connection.setRequestProperty("If-Match", tag);
            }
            String authorization = credentials.of(address);
            if (!authorization.isEmpty() && address.getAuthority().equals(host)) {
                connection.setRequestProperty("Authorization", authorization);
            }
            int status = status(connection);
            if (!isRedirect(status)) {
                return connection;
            }
            address = target(file, address, connection);
            connection.disconnect();
        }
        throw new StoreException(file + " cannot be read: the server sends from one address to the next without end");
    }

    private static boolean isRedirect(int status) {
        return status == HttpURLConnection.HTTP_MOVED_PERM
                || status == HttpURLConnection.HTTP_MOVED_TEMP
                || status == HttpURLConnection.HTTP_SEE_OTHER
                || status == TEMPORARY_REDIRECT
                || status == PERMANENT_REDIRECT;
    }

    private static URI target(RemotePath file, URI from, HttpURLConnection connection) {
        try {
            String location = connection.getHeaderField("Location");
            URI to = from.resolve(location == null ? "" : location);
            String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
            if (location != null
                    && to.getHost() != null
                    && to.getPort() <= RemoteFiles.LARGEST_PORT
                    && (scheme.equals("https") || scheme.equals(from.getScheme()))) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // Reported below, without the address, which may hold a signature.
        }
        throw new StoreException(
                file + " cannot be read: the server sends to an address that is not valid, or less safe");
    }

    private static int status(HttpURLConnection connection) throws Attempts.Passing {
        try {
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new Attempts.Passing("the server does not speak HTTP");
            }
            return status;
        } catch (Attempts.Passing e) {
            throw e;
        } catch (SSLException e) {
            if (!isDistrusted(e)) {
                throw passing(e);
            }
            throw new StoreException(
                    connection.getURL().getHost() + " cannot be trusted: " + e.getMessage()
                            + "; Java's trust store decides, as with -Djavax.net.ssl.trustStore in BANDPASS_JAVA_OPTIONS",
                    e);
        } catch (IOException e) {
            throw passing(e);
        }
    }

    /** Returns whether it is the certificate, rather than a connection that broke off. */
    private static boolean isDistrusted(SSLException error) {
        Throwable cause = error;
        while (cause != null && !(cause instanceof GeneralSecurityException)) {
            cause = cause.getCause() == cause ? null : cause.getCause();
        }
        return cause != null || error instanceof SSLPeerUnverifiedException;
    }

    private static Attempts.Passing passing(IOException error) {
        if (error instanceof UnknownHostException) {
            return new Attempts.Passing("there is no such host");
        }
        return new Attempts.Passing(
                error instanceof SocketTimeoutException ? "no answer" : String.valueOf(error.getMessage()));
    }
}
