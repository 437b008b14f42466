package io.bandpass.data;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** A few threads that do the same to each element of a list. */
final class Workers implements AutoCloseable {
    private static final int MOST = 8;

    /** Fewer elements are not worth waking a thread. */
    private static final int PORTION = 32;

    private final ExecutorService threads;

    Workers(OptionalInt count) {
        int processors = Runtime.getRuntime().availableProcessors();
        threads = Executors.newFixedThreadPool(count.orElse(Math.min(MOST, processors)), task -> {
            Thread thread = new Thread(task, "bandpass-scan");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The results in the order of the elements. */
    <A, B> List<B> map(List<A> elements, Function<A, B> function) {
        if (elements.size() <= PORTION) {
            return elements.stream().map(function).toList();
        }
        List<Callable<List<B>>> portions = new ArrayList<>();
        for (int from = 0; from < elements.size(); from += PORTION) {
            List<A> portion = elements.subList(from, Math.min(elements.size(), from + PORTION));
            portions.add(() -> portion.stream().map(function).toList());
        }
        List<B> results = new ArrayList<>(elements.size());
        try {
            for (Future<List<B>> portion : threads.invokeAll(portions)) {
                results.addAll(portion.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at images", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("looking at images failed", e.getCause());
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
