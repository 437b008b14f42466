package io.bandpass.train;

import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.GradientReducer;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
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

/**
 * One optimizer step with gradient accumulation: draw, forward and backward per micro-batch, clip, update. Of several
 * processes each computes its part of the batch, and all make the same update.
 */
public final class TrainingStep implements AutoCloseable {
    /**
     * Result of a step, the same in all processes.
     *
     * @param gradientNorm before clipping
     * @param finite whether loss, gradient and running statistics were finite; if not, nothing was updated
     */
    public record Result(double loss, double gradientNorm, boolean finite) {
        /** Returns why the step was skipped. */
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
    private final Communicator processes;
    private final GradientReducer reducer;

    /**
     * Creates the training step of a run in a single process.
     *
     * @param microBatchSize most images per forward pass
     * @param timer records the duration of each phase; the caller starts it
     */
    public TrainingStep(TrainingTask task, Optimizer optimizer, int microBatchSize, long seed, StepTimer timer) {
        this(task, optimizer, microBatchSize, seed, timer, Communicator.single());
    }

    /**
     * Creates the training step of one of several processes, which takes equal parts of each batch. The parameters must
     * be the same in all.
     */
    public TrainingStep(
            TrainingTask task,
            Optimizer optimizer,
            int microBatchSize,
            long seed,
            StepTimer timer,
            Communicator processes) {
        this.processes = processes;
        reducer = processes.reducer(
                task.parameters().stream().map(Parameter::tensor).toList());
        this.timer = timer;
        this.task = task;
        this.optimizer = optimizer;
        this.microBatchSize = microBatchSize;
        this.seed = seed;
        buffers = task.buffers();
    }

    /**
     * Makes a step on a batch. Frees all native memory that it allocates.
     *
     * @param rateOfScale as {@link Optimizer#step} takes it
     */
    public Result run(Batch batch, DoubleUnaryOperator rateOfScale) {
        try (PointerScope scope = new PointerScope()) {
            return run(task.microBatches(batch, microBatchSize), batch.step(), rateOfScale);
        }
    }

    /**
     * Makes a step on the micro-batches of a batch, whose random numbers are already drawn.
     *
     * @param step global step, from 0; part of the seed for random draws of layers
     * @param rateOfScale as {@link Optimizer#step} takes it
     */
    public Result run(List<? extends MicroBatch> microBatches, long step, DoubleUnaryOperator rateOfScale) {
        // A forward pass updates the running statistics of norms even if the step is skipped.
        try (PointerScope scope = new PointerScope();
                Snapshot before = new Snapshot(buffers)) {
            Result result = gradients(microBatches, step);
            if (result.finite()) {
                optimizer.step(rateOfScale);
            } else {
                before.restore();
            }
            timer.endPhase(Phase.OPTIMIZER);
            return result;
        }
    }

    /** Reduces all buffers, which are small, to one flag, so that a GPU is synchronised only once. */
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
     * Computes loss and gradient on the first micro-batch of a batch with the current weights. Makes no update and
     * restores running statistics.
     */
    Result withoutUpdate(Batch batch) {
        try (PointerScope scope = new PointerScope();
                Snapshot before = new Snapshot(buffers)) {
            List<? extends MicroBatch> first =
                    task.microBatches(batch, microBatchSize).subList(0, 1);
            optimizer.clearGradients();
            double loss = forwardBackward(first.get(0), BatchTotals.of(first), batch.step(), 0);
            Result result = agreed(loss / processes.size(), optimizer.clipGradients());
            before.restore();
            optimizer.clearGradients();
            return result;
        }
    }

    /** Runs forward and backward passes over all micro-batches and clips the gradients: a step without its update. */
    private Result gradients(List<? extends MicroBatch> microBatches, long step) {
        optimizer.clearGradients();
        BatchTotals own = BatchTotals.of(microBatches);
        BatchTotals totals = meanOverProcesses(own);
        int from = Math.toIntExact(processes.rank() * own.images());
        double loss = 0;
        for (MicroBatch microBatch : microBatches.subList(0, microBatches.size() - 1)) {
            loss += forwardBackward(microBatch, totals, step, from);
            from += microBatch.images();
        }
        MicroBatch last = microBatches.get(microBatches.size() - 1);
        int fromLast = from;
        loss += reducer.reduced(() -> forwardBackward(last, totals, step, fromLast));
        double norm = optimizer.clipGradients();
        timer.endPhase(Phase.CLIP);
        return agreed(loss / processes.size(), norm);
    }

    /**
     * Returns the denominators that make the mean of all processes' losses and gradients that of the whole batch: as the
     * reducer averages, each process divides by the mean of the denominators, not by their sum.
     */
    private BatchTotals meanOverProcesses(BatchTotals own) {
        if (processes.size() == 1) {
            return own;
        }
        return new BatchTotals(processes.sum(own.lossDenominator())[0] / processes.size(), own.images());
    }

    /** Adds up the shares of the loss; a step is finite only if it is in every process. */
    private Result agreed(double share, double norm) {
        boolean finite = Double.isFinite(share) && Double.isFinite(norm) && buffersAreFinite();
        double[] all = processes.sum(share, finite ? 0 : 1);
        return new Result(all[0], norm, all[1] == 0);
    }

    private double forwardBackward(MicroBatch microBatch, BatchTotals totals, long step, int from) {
        // Random draws of layers, such as drop path, depend on (seed, step, micro-batch).
        torch.manual_seed(KeyedRandom.hash(seed, Purpose.STEP, step, from));
        return task.forwardBackward(microBatch, totals, timer);
    }

    /** Closes what exchanges gradients, not the task and the optimizer. */
    @Override
    public void close() {
        reducer.close();
    }
}
