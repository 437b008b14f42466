package io.bandpass.data;

import io.bandpass.BandpassException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Thread pool that applies a function to each element of a list. */
public final class Workers implements AutoCloseable {
    private static final int MOST = 8;

    /** Fewer elements are not worth waking a thread. */
    private static final int PORTION = 32;

    private final ExecutorService threads;
    private final int portion;
    private final boolean callerHelps;

    /** Creates a pool for tasks that take almost no time; the caller processes short lists itself. */
    public Workers(OptionalInt count) {
        this(count, PORTION, true, () -> {});
    }

    /**
     * Creates a pool for tasks that take long; the caller does none of them.
     *
     * @param first run once by each thread, before its first task
     */
    public Workers(OptionalInt count, Runnable first) {
        this(count, 1, false, first);
    }

    private Workers(OptionalInt count, int portion, boolean callerHelps, Runnable first) {
        this.portion = portion;
        this.callerHelps = callerHelps;
        int processors = Runtime.getRuntime().availableProcessors();
        threads = Executors.newFixedThreadPool(count.orElse(Math.min(MOST, processors)), task -> {
            Thread thread = new Thread(
                    () -> {
                        first.run();
                        task.run();
                    },
                    "bandpass-scan");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns the results in the order of the elements. */
    public <A, B> List<B> map(List<A> elements, Function<A, B> function) {
        if (callerHelps && elements.size() <= portion) {
            return elements.stream().map(function).toList();
        }
        List<Callable<List<B>>> portions = new ArrayList<>();
        for (int from = 0; from < elements.size(); from += portion) {
            List<A> part = elements.subList(from, Math.min(elements.size(), from + portion));
            portions.add(() -> part.stream().map(function).toList());
        }
        List<B> results = new ArrayList<>(elements.size());
        try {
            for (Future<List<B>> done : threads.invokeAll(portions)) {
                results.addAll(done.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at images", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                // Callers know its message, whichever thread threw it.
                throw error;
            }
            if (e.getCause() instanceof BandpassException known) {
                throw known;
            }
            if (e.getCause() instanceof UncheckedIOException broken) {
                throw broken;
            }
            throw new IllegalStateException("looking at images failed", e.getCause());
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
