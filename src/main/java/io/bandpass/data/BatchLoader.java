package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import io.bandpass.task.Batch;
import io.bandpass.torch.EngineException;
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
 * Loads the batches of a run ahead of the training thread. Which images a batch holds, and what augmentation does to
 * them, follows from (seed, epoch, draw), so the number of threads changes nothing but the speed.
 */
public final class BatchLoader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLoader.class);
    private static final int AHEAD = 3;

    /** A batch under way: its memory, and its images being written into it. */
    private record Pending(Batch batch, long[] labels, List<Future<?>> images) {}

    private final ImageSource source;
    private final EpochOrder order;
    private final LongFunction<Augmentation> augmentations;
    private final UnreadableImages bad;
    private final int batchSize;
    private final long stepsPerEpoch;
    private final long endStep;
    private final ExecutorService workers;
    private final int chunks;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long nextStep;
    private long waitNanos;
    private volatile boolean closing;

    /**
     * Starts to load.
     *
     * @param augmentations from a step to the augmentation of its images, and so to their size
     * @param startStep the first step whose batch is asked for
     * @param endStep the step after the last one
     * @param threads loader threads
     */
    public BatchLoader(
            ImageSource source,
            EpochOrder order,
            LongFunction<Augmentation> augmentations,
            UnreadableImages bad,
            int batchSize,
            long stepsPerEpoch,
            long startStep,
            long endStep,
            int threads) {
        this.source = source;
        this.order = order;
        this.augmentations = augmentations;
        this.bad = bad;
        this.batchSize = batchSize;
        this.stepsPerEpoch = stepsPerEpoch;
        this.endStep = endStep;
        nextStep = startStep;
        chunks = Math.min(batchSize, 4 * threads);
        workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(
                    () -> {
                        // Each thread has an OpenMP team of its own, which must not fight with the compute threads.
                        torch.set_num_threads(1);
                        task.run();
                    },
                    "bandpass-loader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The batch of the next step. The caller closes it. After a failure every further call fails in the same way.
     *
     * @throws DataException if too many images cannot be read
     * @throws EngineException if the image decoder cannot be loaded
     * @throws IllegalStateException if a loader thread failed otherwise
     */
    public Batch next() {
        while (pending.size() < AHEAD && nextStep < endStep) {
            pending.add(start(nextStep++));
        }
        Pending ready = pending.element();
        long start = System.nanoTime();
        try {
            for (Future<?> image : ready.images()) {
                image.get();
            }
        } catch (ExecutionException e) {
            // The batch stays pending: other threads may still be writing into its memory.
            if (e.getCause() instanceof DataException data) {
                throw data;
            }
            if (e.getCause() instanceof EngineException known) {
                throw known;
            }
            if (e.getCause() instanceof Error error) {
                // What it says is known to callers, whichever thread has met it.
                throw error;
            }
            throw new IllegalStateException("a loader thread failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for images", e);
        }
        pending.remove();
        waitNanos += System.nanoTime() - start;
        return source.isLabelled() ? withTargets(ready) : ready.batch();
    }

    private static Batch withTargets(Pending ready) {
        Batch batch = ready.batch();
        Tensor targets = Tensors.keep(Tensors.ofLongs(ready.labels(), ready.labels().length));
        return new Batch(
                batch.step(), batch.epoch(), batch.indices(), batch.draws(), batch.images(), Optional.of(targets));
    }

    /** Time that {@link #next()} has waited for images so far. */
    public long waitNanos() {
        return waitNanos;
    }

    private Pending start(long step) {
        long epoch = step / stepsPerEpoch;
        int first = (int) (step % stepsPerEpoch) * batchSize;
        int[] indices = new int[batchSize];
        int[] draws = new int[batchSize];
        long[] labels = new long[batchSize];
        Augmentation augmentation = augmentations.apply(step);
        Tensor images =
                Tensors.keep(Tensors.empty(ScalarType.Byte, batchSize, 3, augmentation.size(), augmentation.size()));
        List<Future<?>> parts = new ArrayList<>();
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = (int) ((long) batchSize * chunk / chunks);
            int to = (int) ((long) batchSize * (chunk + 1) / chunks);
            parts.add(workers.submit(() -> {
                for (int slot = from; slot < to && !closing; slot++) {
                    int position = load(images, augmentation, slot, epoch, first + slot);
                    indices[slot] = order.at(epoch, position);
                    draws[slot] = order.draw(epoch, position);
                    labels[slot] = source.label(indices[slot]);
                }
                return null;
            }));
        }
        return new Pending(new Batch(step, epoch, indices, draws, images, Optional.empty()), labels, parts);
    }

    /** Loads the image at a position, or the next good one of the same order, and says at which it was. */
    private int load(Tensor images, Augmentation augmentation, int slot, long epoch, int first) {
        for (int tried = 0; tried < order.positions(); tried++) {
            int position = (int) (((long) first + tried) % order.positions());
            int index = order.at(epoch, position);
            int draw = order.draw(epoch, position);
            try (PointerScope scope = new PointerScope()) {
                RgbImage image = source.read(index, augmentation.reduction(epoch, draw));
                images.select(0, slot).copy_(augmentation.apply(image, epoch, draw));
                return position;
            } catch (BadImageException e) {
                bad.add(source.name(index), e.reason());
                bad.check();
            }
        }
        throw DataException.noneReadable(order.size(), "");
    }

    @Override
    public void close() {
        // Queued tasks are cancelled; running ones end with the image at hand, because they write into native memory.
        closing = true;
        for (Pending batch : pending) {
            batch.images().forEach(image -> image.cancel(false));
        }
        workers.shutdown();
        try {
            // A decoder may take long over a large image, but never forever.
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
