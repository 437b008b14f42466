package io.bandpass.train;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Snapshot;
import io.bandpass.optim.Optimizer;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.task.TrainingTask.MicroBatch;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** One optimizer step: draw, forward and backward in parts, clip, update. */
public final class TrainingStep {
    /**
     * What a step gave.
     *
     * @param gradientNorm before clipping
     * @param finite whether loss, gradient and running statistics were finite; if not, nothing was updated
     */
    public record Result(double loss, double gradientNorm, boolean finite) {
        /** Why a step was left out. */
        public String reason() {
            String numbers = String.format(Locale.ROOT, "its loss is %s and its gradient norm %s", loss, gradientNorm);
            return Double.isFinite(loss) && Double.isFinite(gradientNorm)
                    ? numbers + ", but the running statistics of its norms are not finite"
                    : numbers;
        }
    }

    private final TrainingTask task;
    private final Optimizer optimizer;
    private final int microBatchSize;
    private final long seed;
    private final List<NamedTensor> buffers;
    private final StepTimer timer;

    /**
     * Steps of a run.
     *
     * @param microBatchSize most images per forward pass
     * @param timer is told the phases of each step; the step begins no lap of its own
     */
    public TrainingStep(TrainingTask task, Optimizer optimizer, int microBatchSize, long seed, StepTimer timer) {
        this.timer = timer;
        this.task = task;
        this.optimizer = optimizer;
        this.microBatchSize = microBatchSize;
        this.seed = seed;
        buffers = task.buffers();
    }

    /**
     * A step on a batch. Everything native that is made here is freed when it ends.
     *
     * @param rateOfScale as {@link Optimizer#step} takes it
     */
    public Result run(Batch batch, DoubleUnaryOperator rateOfScale) {
        try (PointerScope scope = new PointerScope()) {
            return run(task.microBatches(batch, microBatchSize), batch.step(), rateOfScale);
        }
    }

    /**
     * A step on parts of a batch whose random numbers are drawn.
     *
     * @param step global step, from 0, which what the layers draw follows from
     * @param rateOfScale as {@link Optimizer#step} takes it
     */
    public Result run(List<? extends MicroBatch> parts, long step, DoubleUnaryOperator rateOfScale) {
        // Running statistics of norms take in the images of a step even if it is left out.
        try (PointerScope scope = new PointerScope();
                Snapshot before = new Snapshot(buffers)) {
            Result result = gradients(parts, step);
            if (result.finite()) {
                optimizer.step(rateOfScale);
            } else {
                before.restore();
            }
            timer.endPhase(Phase.OPTIMIZER);
            return result;
        }
    }

    /** They are small, and asked for one answer, for which a GPU is waited for once. */
    private boolean buffersAreFinite() {
        if (buffers.isEmpty()) {
            return true;
        }
        try (PointerScope scope = new PointerScope()) {
            TensorVector finite = new TensorVector();
            buffers.forEach(
                    buffer -> finite.push_back(buffer.tensor().isfinite().all()));
            return torch.stack(finite).all().item_bool();
        }
    }

    /**
     * What a step on the first micro-batch of a batch would give with the current weights. No update is made, and
     * running statistics stay as they are.
     */
    Result withoutUpdate(Batch batch) {
        try (PointerScope scope = new PointerScope();
                Snapshot before = new Snapshot(buffers)) {
            Result result = gradients(task.microBatches(batch, microBatchSize).subList(0, 1), batch.step());
            before.restore();
            optimizer.clearGradients();
            return result;
        }
    }

    /** Forward and backward pass in parts, and clipping: all of a step but the update. */
    private Result gradients(List<? extends MicroBatch> parts, long step) {
        optimizer.clearGradients();
        BatchTotals totals = BatchTotals.of(parts);
        double loss = 0;
        int from = 0;
        for (MicroBatch part : parts) {
            loss += part(part, totals, step, from);
            from += part.images();
        }
        double norm = optimizer.clipGradients();
        timer.endPhase(Phase.CLIP);
        return new Result(loss, norm, Double.isFinite(loss) && Double.isFinite(norm) && buffersAreFinite());
    }

    private double part(MicroBatch part, BatchTotals totals, long step, int from) {
        // What the layers draw, as for drop path, follows from (seed, step, part).
        torch.manual_seed(KeyedRandom.hash(seed, Purpose.STEP, step, from));
        return task.forwardBackward(part, totals, timer);
    }
}
