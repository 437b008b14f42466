package io.bandpass.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry on this machine that gives the same answer to every request. */
public final class PackageServer implements AutoCloseable {
    private final HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Gives a status and content. */
    public PackageServer(int status, byte[] content) {
        this(exchange -> {
            exchange.sendResponseHeaders(status, content.length);
            exchange.getResponseBody().write(content);
        });
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private PackageServer(Answer answer) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().toString());
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
    }

    /** Promises so many bytes, and goes away after those that it has. */
    public static PackageServer breakingOff(long promised, byte[] content) {
        return new PackageServer(exchange -> {
            exchange.sendResponseHeaders(200, promised);
            exchange.getResponseBody().write(content);
            exchange.getResponseBody().flush();
        });
    }

    /** Sends everything without saying beforehand how much it is. */
    public static PackageServer ofUnknownLength(byte[] content) {
        return new PackageServer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(content);
        });
    }

    /** Its address. */
    public String address() {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    /** Paths that were asked for. */
    public List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
