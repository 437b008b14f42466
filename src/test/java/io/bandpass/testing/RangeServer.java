package io.bandpass.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on this machine that gives files by byte range, and fails as it is told to. */
public final class RangeServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    /** What the server does instead of answering properly. */
    public interface Fault {
        /** Answers, or returns false to have the proper answer given. */
        boolean answer(HttpExchange exchange) throws IOException;

        /** A status without content. */
        static Fault status(int status, String... headers) {
            return exchange -> {
                for (int i = 0; i < headers.length; i += 2) {
                    exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
                }
                exchange.sendResponseHeaders(status, -1);
                return true;
            };
        }

        /** A proper answer. */
        static Fault none() {
            return exchange -> false;
        }

        /** Nothing at all: the connection ends. */
        static Fault silence() {
            return exchange -> true;
        }
    }

    private record Content(byte[] bytes, String tag) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Content> files = new ConcurrentHashMap<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile int cutAfter = Integer.MAX_VALUE;
    private volatile boolean withTags = true;

    /** Starts a server without files. */
    public RangeServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Range"));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            try (exchange) {
                Fault fault = faults.poll();
                if (fault == null || !fault.answer(exchange)) {
                    give(exchange);
                }
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    /** Puts a file, such as {@code /a.tar}, in place of an earlier one. */
    public void put(String path, byte[] bytes) {
        files.put(path, new Content(bytes, "\"" + Arrays.hashCode(bytes) + "\""));
    }

    public void remove(String path) {
        files.remove(path);
    }

    /** The next requests meet these, one each. */
    public void fail(Fault... next) {
        faults.addAll(List.of(next));
    }

    /** Answers end after so many bytes, whatever they promise. */
    public void cutAfter(int bytes) {
        cutAfter = bytes;
    }

    /** Leaves tags out of the answers. */
    public void withoutTags() {
        withTags = false;
    }

    /** The address of a path. */
    public String address(String path) {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + path;
    }

    /** Path, query and range of each request. */
    public List<String> requests() {
        return requests;
    }

    /** The header Authorization of each request, or null as text. */
    public List<String> authorizations() {
        return authorizations;
    }

    private void give(HttpExchange exchange) throws IOException {
        Content content = files.get(exchange.getRequestURI().getPath());
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        String wanted = exchange.getRequestHeaders().getFirst("If-Match");
        if (wanted != null && !wanted.equals(content.tag())) {
            exchange.sendResponseHeaders(412, -1);
            return;
        }
        if (withTags) {
            exchange.getResponseHeaders().set("ETag", content.tag());
        }
        int size = content.bytes().length;
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (!range.matches()) {
            throw new IOException("every request has a range");
        }
        int from = Integer.parseInt(range.group(1));
        int to = Math.min(Integer.parseInt(range.group(2)), size - 1);
        if (from >= size) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + size);
        exchange.sendResponseHeaders(206, to - from + 1L);
        OutputStream body = exchange.getResponseBody();
        body.write(content.bytes(), from, Math.min(cutAfter, to - from + 1));
        body.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
