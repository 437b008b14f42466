package io.bandpass.distributed;

import io.bandpass.BandpassException;
import io.bandpass.torch.Tensors;
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
    private static final Duration PATIENCE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final LaunchEnvironment environment;
    private final TCPStore server;
    private final PrefixStore forGroups;
    private final TCPStore client;
    private final PrefixStore store;
    private final ExecutorService requests = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "bandpass-store");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Duration patience;
    private volatile boolean silent;

    private TextStore(
            LaunchEnvironment environment,
            Duration timeout,
            TCPStore server,
            PrefixStore forGroups,
            TCPStore client,
            PrefixStore store) {
        this.environment = environment;
        patience = timeout;
        this.server = server;
        this.forGroups = forGroups;
        this.client = client;
        this.store = store;
    }

    /** As torchrun's own workers name it, whose agent serves one store for all attempts. */
    private static PrefixStore prefixed(LaunchEnvironment environment, TCPStore all) {
        return new PrefixStore("/worker/attempt_" + environment.attempt(), all);
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
            // The client of the process group waits in it for other processes, and holds a lock meanwhile.
            options.isServer(false);
            TCPStore client = new TCPStore(environment.address(), options);
            return new TextStore(
                    environment,
                    timeout,
                    Tensors.keep(server),
                    Tensors.keep(prefixed(environment, server)),
                    Tensors.keep(client),
                    Tensors.keep(prefixed(environment, client)));
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
        return forGroups;
    }

    /** Waits for answers only for a short time from now on, as something has failed. */
    void hurry() {
        patience = PATIENCE_AFTER_FAILURE.compareTo(patience) < 0 ? PATIENCE_AFTER_FAILURE : patience;
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

    void delete(String key) {
        call(() -> store.deleteKey(key));
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
            return requests.submit(request).get(patience.toMillis(), TimeUnit.MILLISECONDS);
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

    private DistributedException noAnswer(@Nullable Throwable cause) {
        String sentence = environment.launcherServes()
                ? "the launcher, through which the processes find each other, does not answer"
                : "process 0 of " + environment.size() + ", through which the others find each other, does not answer";
        return cause == null ? new DistributedException(sentence) : new DistributedException(sentence, cause);
    }

    @Override
    public void close() {
        requests.shutdown();
        try {
            // Where a request still waits, the memory that it uses must stay.
            if (requests.awaitTermination(silent ? 0 : patience.toMillis(), TimeUnit.MILLISECONDS)) {
                store.close();
                client.close();
                forGroups.close();
                server.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
