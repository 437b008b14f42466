package io.bandpass.distributed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Signs of life: each process counts up in the store, from a thread of its own, so that the others can tell which one
 * has ended or stands still. A process that fails says why.
 */
final class Heartbeats implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 1000;
    /** How long a process is observed before it counts as lost. */
    private static final long OBSERVATION_MILLIS = 3 * INTERVAL_MILLIS;
    /** How long a process that fails may take to say so, after its connections have broken. */
    private static final long PATIENCE_MILLIS = 2 * INTERVAL_MILLIS;

    private static final long POLL_MILLIS = INTERVAL_MILLIS / 20;
    private static final long LONGEST_POLL_MILLIS = INTERVAL_MILLIS / 2;
    private static final String FAILURE = "failed";

    private final TextStore store;
    private final int rank;
    private final int size;
    private final Thread thread;
    private volatile boolean closed;

    Heartbeats(TextStore store, int rank, int size) {
        this.store = store;
        this.rank = rank;
        this.size = size;
        thread = new Thread(this::beat, "bandpass-heartbeat");
        thread.setDaemon(true);
        thread.start();
    }

    private void beat() {
        try {
            while (!closed) {
                store.add(alive(rank), 1);
                Thread.sleep(INTERVAL_MILLIS);
            }
        } catch (InterruptedException e) {
            // It is closed.
            return;
        } catch (RuntimeException e) {
            // The store is gone; the main thread notices too, and says so.
            return;
        }
    }

    private static String alive(int rank) {
        return "alive/" + rank;
    }

    /** Tells the others why this process fails, unless another one has failed before. */
    void fail(String reason) {
        try {
            if (failure().isEmpty()) {
                store.set(FAILURE, "process " + rank + " of " + size + " failed: " + reason);
            }
        } catch (RuntimeException e) {
            // The process that serves the store is gone, and the others know that.
            return;
        }
    }

    /** Returns a sentence about the process that has failed and said so. */
    Optional<String> failure() {
        return store.get(FAILURE);
    }

    /** Returns how often a process has counted. */
    long count(int other) {
        return store.add(alive(other), 0);
    }

    /** Returns a sentence about another process that has failed, once it has had the time to say so. */
    Optional<String> failureWithin() {
        try {
            for (long waited = 0; waited < PATIENCE_MILLIS; waited += POLL_MILLIS) {
                Optional<String> failure = failure();
                if (failure.isPresent()) {
                    return failure;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The store is gone, which is said by silent().
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Says which processes show no sign of life. Takes some seconds. */
    String silent() {
        try {
            long[] before = counts();
            TimeUnit.MILLISECONDS.sleep(OBSERVATION_MILLIS);
            long[] after = counts();
            List<String> silent = new ArrayList<>();
            for (int other = 0; other < size; other++) {
                if (before[other] == after[other]) {
                    silent.add(String.valueOf(other));
                }
            }
            if (silent.isEmpty()) {
                return "the connection to another of the " + size + " processes broke";
            }
            return (silent.size() == 1 ? "process " : "processes ") + String.join(", ", silent) + " of " + size
                    + (silent.size() == 1 ? " has ended or stands still" : " have ended or stand still");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "another process was lost";
        } catch (RuntimeException e) {
            return "process 0 of " + size
                    + ", through which the others find each other, or the launcher, has ended or stands still";
        }
    }

    private long[] counts() {
        long[] counts = new long[size];
        for (int other = 0; other < size; other++) {
            counts[other] = count(other);
        }
        return counts;
    }

    /**
     * Waits until a key is set.
     *
     * @param from the process that will set it
     * @param patience how long that process may show no sign of life
     */
    String await(String key, int from, Duration patience) {
        long seen = -1;
        long since = System.nanoTime();
        long poll = 1;
        try {
            while (true) {
                Optional<String> value = store.get(key);
                if (value.isPresent()) {
                    return value.get();
                }
                Optional<String> failure = failure();
                if (failure.isPresent()) {
                    throw new DistributedException(failure.get());
                }
                long count = count(from);
                if (count != seen) {
                    seen = count;
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > patience.toNanos()) {
                    throw new DistributedException("process " + from + " of " + size + " has shown no sign of life for "
                            + patience.toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(poll);
                poll = Math.min(LONGEST_POLL_MILLIS, 2 * poll);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DistributedException("interrupted while waiting for process " + from, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(INTERVAL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
