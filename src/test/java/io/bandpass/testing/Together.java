package io.bandpass.testing;

import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.GlooCommunicator;
import io.bandpass.distributed.LaunchEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Processes that train together, each as a thread of this one: nothing that they exchange goes another way. */
public final class Together {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private Together() {}

    /** What each process does. */
    public interface Part<T> {
        T run(Communicator processes) throws Exception;
    }

    /**
     * Runs a part in each of some processes, and returns the results in their order.
     *
     * @throws Exception of the first process that failed
     */
    public static <T> List<T> run(int processes, Part<T> part) throws Exception {
        return results(start(processes, Duration.ZERO, TIMEOUT, part));
    }

    /** Does the same, but the last process starts later than the others. */
    public static <T> List<T> late(int processes, Duration delay, Duration timeout, Part<T> part) throws Exception {
        return results(start(processes, delay, timeout, part));
    }

    private static <T> List<T> results(List<Future<T>> all) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> each : all) {
            try {
                results.add(each.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return results;
    }

    /** Runs them and returns what each of them failed with; null for those that did not. */
    public static <T> List<Throwable> failures(int processes, Part<T> part) throws Exception {
        List<Throwable> failures = new ArrayList<>();
        for (Future<T> each : start(processes, Duration.ZERO, TIMEOUT, part)) {
            try {
                each.get();
                failures.add(null);
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            }
        }
        return failures;
    }

    private static <T> List<Future<T>> start(int processes, Duration delay, Duration timeout, Part<T> part)
            throws Exception {
        int port = freePort();
        ExecutorService threads = Executors.newFixedThreadPool(processes);
        List<Callable<T>> all = new ArrayList<>();
        for (int rank = 0; rank < processes; rank++) {
            LaunchEnvironment environment =
                    new LaunchEnvironment(rank, processes, rank, processes, "127.0.0.1", port, 0, false);
            Duration wait = rank == processes - 1 ? delay : Duration.ZERO;
            all.add(() -> {
                Thread.sleep(wait.toMillis());
                try (Communicator communicator = GlooCommunicator.connect(environment, timeout)) {
                    try {
                        return part.run(communicator);
                    } catch (Exception | Error e) {
                        communicator.fail(e);
                        throw e;
                    }
                }
            });
        }
        try {
            return threads.invokeAll(all);
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
