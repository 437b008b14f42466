package io.bandpass.distributed;

import io.bandpass.BandpassException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.jspecify.annotations.Nullable;

/**
 * LibTorch's key-value store, which process 0 or the launcher serves, with texts as values. No call waits for another
 * process to set something. Threads may share it.
 */
final class TextStore implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final TCPStore server;
    private final PrefixStore store;
    private final ExecutorService requests = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "bandpass-store");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean silent;

    private TextStore(TCPStore server, PrefixStore store) {
        this.server = server;
        this.store = store;
    }

    /**
     * Connects to the store, and serves it in process 0 unless the launcher does.
     *
     * @param timeout how long to wait for process 0 to serve it, and for its answers
     */
    static TextStore connect(LaunchEnvironment environment, Duration timeout) {
        boolean serves = environment.rank() == 0 && !environment.launcherServes();
        try (PointerScope scope = new PointerScope();
                TCPStoreOptions options = new TCPStoreOptions()) {
            options.port((short) environment.port());
            options.isServer(serves);
            options.waitWorkers(false);
            options.multiTenant(true);
            options.timeout(new Milliseconds(timeout.toMillis()));
            TCPStore server = new TCPStore(environment.address(), options);
            // As torchrun's own workers name it, whose agent serves one store for all attempts.
            PrefixStore store = new PrefixStore("/worker/attempt_" + environment.attempt(), server);
            server.retainReference();
            scope.detach(server);
            store.retainReference();
            scope.detach(store);
            return new TextStore(server, store);
        } catch (RuntimeException e) {
            String where = environment.address() + ":" + environment.port();
            String why = " (" + BandpassException.firstLine(e) + ")";
            throw new DistributedException(
                    serves
                            ? "process 0 cannot serve the others at " + where + why + "; set MASTER_PORT to a free port"
                            : "process " + environment.rank() + " cannot reach process 0 at " + where + " within "
                                    + timeout.toSeconds() + " s" + why,
                    e);
        }
    }

    /** The native store, for process groups. */
    Store nativeStore() {
        return store;
    }

    void set(String key, String value) {
        String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        call(() -> {
            store.set(key, encoded);
            return true;
        });
    }

    Optional<String> get(String key) {
        return call(() -> {
            try (PointerScope scope = new PointerScope()) {
                if (!store.check(new StringVector(key))) {
                    return Optional.empty();
                }
                byte[] value = Base64.getDecoder().decode(store.get_to_str(key));
                return Optional.of(new String(value, StandardCharsets.UTF_8));
            }
        });
    }

    /** Adds to a counter, from 0, and returns its value. */
    long add(String key, long amount) {
        return call(() -> store.add(key, amount));
    }

    /** The native client waits for an answer without an end, also from a process that stands still. */
    private <T> T call(Callable<T> request) {
        if (silent) {
            throw noAnswer(null);
        }
        try {
            return requests.submit(request).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            silent = true;
            throw noAnswer(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException broken ? broken : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DistributedException("interrupted while waiting for the store", e);
        }
    }

    private static DistributedException noAnswer(@Nullable Throwable cause) {
        String sentence = "the store through which the processes find each other does not answer";
        return cause == null ? new DistributedException(sentence) : new DistributedException(sentence, cause);
    }

    @Override
    public void close() {
        requests.shutdown();
        try {
            // Where a request still waits, the memory that it uses must stay.
            if (requests.awaitTermination(silent ? 0 : PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                store.close();
                server.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
