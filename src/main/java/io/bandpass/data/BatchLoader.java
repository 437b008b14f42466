package io.bandpass.data;

import io.bandpass.BandpassException;
import io.bandpass.image.BadImageException;
import io.bandpass.task.Batch;
import io.bandpass.torch.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the batches of a run ahead of the training thread. The samples of a batch follow from (seed, epoch, draw), so the
 * number of threads affects only the speed.
 */
public final class BatchLoader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLoader.class);
    private static final int AHEAD = 3;

    /** A batch being loaded: its memory, and the tasks that write its samples into it. */
    private record Pending(Batch batch, List<Future<?>> samples) {}

    /**
     * The batches that are loaded.
     *
     * @param batchSize images per batch
     * @param perEpoch batches per epoch
     * @param from first step to load a batch for
     * @param to exclusive
     * @param share the images of each batch that are loaded
     */
    public record Steps(int batchSize, long perEpoch, long from, long to, BatchShare share) {
        /** Whole batches. */
        public Steps(int batchSize, long perEpoch, long from, long to) {
            this(batchSize, perEpoch, from, to, BatchShare.WHOLE);
        }
    }

    private final EpochOrder order;
    private final LongFunction<SampleMaker> samples;
    private final UnreadableImages unreadable;
    private final Steps steps;
    private final ExecutorService workers;
    /** Positions in a batch of the images that are loaded. */
    private final int[] positions;

    private final int chunks;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long nextStep;
    private long waitNanos;
    private volatile boolean closing;

    /**
     * Starts loading.
     *
     * @param samples makes the samples of a step, which have the image size of the step
     * @param threads number of loader threads
     */
    public BatchLoader(
            EpochOrder order,
            LongFunction<SampleMaker> samples,
            UnreadableImages unreadable,
            Steps steps,
            int threads) {
        this.order = order;
        this.samples = samples;
        this.unreadable = unreadable;
        this.steps = steps;
        nextStep = steps.from();
        positions = steps.share().positions(steps.batchSize());
        chunks = Math.min(positions.length, 4 * threads);
        workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(
                    () -> {
                        // Each thread has its own OpenMP team, which must not compete with the compute threads.
                        torch.set_num_threads(1);
                        task.run();
                    },
                    "bandpass-loader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Returns the batch of the next step. The caller closes it. After a failure every further call fails in the same
     * way.
     *
     * @throws DataException if too many images are unreadable
     * @throws io.bandpass.torch.EngineException if the image decoder cannot be loaded
     * @throws IllegalStateException if a loader thread failed for another reason
     */
    public Batch next() {
        while (pending.size() < AHEAD && nextStep < steps.to()) {
            pending.add(start(nextStep++));
        }
        Pending ready = pending.element();
        long start = System.nanoTime();
        try {
            for (Future<?> sample : ready.samples()) {
                sample.get();
            }
        } catch (ExecutionException e) {
            // The batch stays pending: other threads may still be writing into its memory.
            if (e.getCause() instanceof BandpassException known) {
                throw known;
            }
            if (e.getCause() instanceof Error error) {
                // Callers know its message, whichever thread threw it.
                throw error;
            }
            throw new IllegalStateException("a loader thread failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for images", e);
        }
        pending.remove();
        waitNanos += System.nanoTime() - start;
        return ready.batch();
    }

    /** Returns the time {@link #next()} has spent waiting for images so far. */
    public long waitNanos() {
        return waitNanos;
    }

    private Pending start(long step) {
        long epoch = step / steps.perEpoch();
        int first = (int) (step % steps.perEpoch()) * steps.batchSize();
        int size = positions.length;
        int[] indices = new int[size];
        int[] keys = new int[size];
        SampleMaker maker = samples.apply(step);
        Tensor images = Tensors.keep(Tensors.empty(ScalarType.Byte, size, 3, maker.size(), maker.size()));
        Optional<Tensor> targets = maker.targets(size).map(Tensors::keep);
        double epochsDone = step / (double) steps.perEpoch();
        Batch batch = new Batch(step, epoch, epochsDone, indices, keys, images, targets);
        List<Future<?>> tasks = new ArrayList<>();
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = (int) ((long) size * chunk / chunks);
            int to = (int) ((long) size * (chunk + 1) / chunks);
            tasks.add(workers.submit(() -> {
                for (int slot = from; slot < to && !closing; slot++) {
                    int position = load(batch, maker, slot, first + positions[slot]);
                    indices[slot] = order.at(epoch, position);
                    keys[slot] = order.draw(epoch, position);
                }
                return null;
            }));
        }
        return new Pending(batch, tasks);
    }

    /** Makes the sample at a position, or the next readable one in the same order, and returns the position used. */
    private int load(Batch batch, SampleMaker maker, int slot, int first) {
        for (int tried = 0; tried < order.positions(); tried++) {
            int position = (int) (((long) first + tried) % order.positions());
            int index = order.at(batch.epoch(), position);
            int draw = order.draw(batch.epoch(), position);
            try (PointerScope scope = new PointerScope()) {
                maker.make(
                        index,
                        batch.epoch(),
                        draw,
                        batch.images().select(0, slot),
                        batch.targets().map(all -> all.select(0, slot)));
                return position;
            } catch (BadImageException e) {
                unreadable.add(maker.name(index), e.reason());
                unreadable.check();
            }
        }
        throw DataException.noneReadable(order.size(), "");
    }

    @Override
    public void close() {
        // Queued tasks are cancelled; running ones finish their current image, because they write into native memory.
        closing = true;
        for (Pending batch : pending) {
            batch.samples().forEach(sample -> sample.cancel(false));
        }
        workers.shutdown();
        try {
            // Decoding a large image may take long, but not forever.
            if (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("a loader thread did not end within a minute; its memory is not freed");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        pending.forEach(batch -> batch.batch().close());
        pending.clear();
    }
}
