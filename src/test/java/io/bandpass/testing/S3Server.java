package io.bandpass.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bandpass.testing.RangeServer.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A store on this machine that answers as S3 does: reads, with ranges, facts and listings of a bucket. It checks the
 * signature of every request (AWS Signature Version 4) against {@link #ACCESS_KEY} and {@link #SECRET_KEY}, and fails as
 * it is told to.
 */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "AKIDEXAMPLE";
    public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/s3/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private record Content(byte[] bytes, Instant modified) {
        String tag() {
            return "\"" + Integer.toHexString(Arrays.hashCode(bytes)) + "\"";
        }
    }

    private final int port;
    private volatile HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final NavigableMap<String, Content> objects = new ConcurrentSkipListMap<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final String bucket;

    /** Starts a store with an empty bucket. */
    public S3Server(String bucket) {
        this.bucket = bucket;
        server = started(0);
        port = server.getAddress().getPort();
    }

    private HttpServer started(int at) {
        HttpServer started;
        try {
            started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        started.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            try (exchange) {
                Fault fault = faults.poll();
                if (fault == null || !fault.answer(exchange)) {
                    answer(exchange);
                }
            }
        });
        started.setExecutor(threads);
        started.start();
        return started;
    }

    /** A fault after which nothing answers for so long. */
    public Fault restart(long millis) {
        return exchange -> {
            threads.execute(() -> {
                server.stop(0);
                try {
                    Thread.sleep(millis);
                    server = started(port);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return true;
        };
    }

    /** Puts an object, such as {@code set/a.tar}, in place of an earlier one. */
    public void put(String key, byte[] bytes) {
        objects.put(key, new Content(bytes, Instant.parse("2026-01-02T03:04:05Z")));
    }

    public void remove(String key) {
        objects.remove(key);
    }

    /** The next requests meet these, one each. */
    public void fail(Fault... next) {
        faults.addAll(List.of(next));
    }

    /** Method and address of each request. */
    public List<String> requests() {
        return requests;
    }

    /** What a client of this store has in its environment. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL",
                "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port,
                "AWS_REGION",
                "eu-central-1",
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (!isSigned(exchange)) {
            error(exchange, 403, "SignatureDoesNotMatch");
        } else if (!path.equals("/" + bucket) && !path.startsWith("/" + bucket + "/")) {
            error(exchange, 404, "NoSuchBucket");
        } else if (path.length() <= bucket.length() + 2) {
            list(exchange);
        } else {
            give(exchange, objects.get(path.substring(bucket.length() + 2)));
        }
    }

    private void give(HttpExchange exchange, Content content) throws IOException {
        if (content == null) {
            error(exchange, 404, "NoSuchKey");
            return;
        }
        exchange.getResponseHeaders().set("ETag", content.tag());
        exchange.getResponseHeaders()
                .set(
                        "Last-Modified",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                content.modified().atZone(ZoneOffset.UTC)));
        int size = content.bytes().length;
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(size));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (!range.matches()) {
            exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
            exchange.getResponseBody().write(content.bytes());
            return;
        }
        int from = Integer.parseInt(range.group(1));
        int to = Math.min(Integer.parseInt(range.group(2)), size - 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + size);
        exchange.sendResponseHeaders(206, to - from + 1L);
        exchange.getResponseBody().write(content.bytes(), from, to - from + 1);
    }

    private void list(HttpExchange exchange) throws IOException {
        String prefix = parameters(exchange.getRequestURI()).getOrDefault("prefix", "");
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><Name>"
                + bucket + "</Name><IsTruncated>false</IsTruncated>");
        objects.tailMap(prefix).forEach((key, content) -> {
            if (key.startsWith(prefix)) {
                xml.append("<Contents><Key>" + key + "</Key><LastModified>" + content.modified()
                        + "</LastModified><ETag>" + content.tag().replace("\"", "&quot;") + "</ETag><Size>"
                        + content.bytes().length + "</Size></Contents>");
            }
        });
        byte[] body = xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body = ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> parameters(URI address) {
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : String.valueOf(address.getQuery()).split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return parameters;
    }

    /** Computes the signature anew, by the rules of AWS's documentation. */
    private static boolean isSigned(HttpExchange exchange) {
        Matcher given = AUTHORIZATION.matcher(
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        if (!given.matches() || !given.group(1).equals(ACCESS_KEY)) {
            return false;
        }
        String headers = Arrays.stream(given.group(4).split(";", -1))
                .map(name -> name + ":"
                        + String.valueOf(exchange.getRequestHeaders().getFirst(name))
                                .strip() + "\n")
                .collect(Collectors.joining());
        String rawQuery = exchange.getRequestURI().getRawQuery();
        String query = rawQuery == null
                ? ""
                : Arrays.stream(rawQuery.split("&", -1))
                        .map(pair -> pair.contains("=") ? pair : pair + "=")
                        .sorted()
                        .collect(Collectors.joining("&"));
        String request = String.join(
                "\n",
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                query,
                headers,
                given.group(4),
                String.valueOf(exchange.getRequestHeaders().getFirst("x-amz-content-sha256")));
        String scope = given.group(2) + "/" + given.group(3) + "/s3/aws4_request";
        try {
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8)));
            String text = String.join(
                    "\n",
                    "AWS4-HMAC-SHA256",
                    String.valueOf(exchange.getRequestHeaders().getFirst("x-amz-date")),
                    scope,
                    hash);
            byte[] key = ("AWS4" + SECRET_KEY).getBytes(StandardCharsets.UTF_8);
            for (String part : scope.split("/", -1)) {
                key = hmac(key, part);
            }
            return HexFormat.of().formatHex(hmac(key, text)).equals(given.group(5));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
