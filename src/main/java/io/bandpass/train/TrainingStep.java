package io.bandpass.train;

import io.bandpass.data.Batch;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Snapshot;
import io.bandpass.optim.AdamW;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTask.Draw;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.StepClock.Phase;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One optimizer step: draw, forward and backward in parts, clip, update. */
public final class TrainingStep {
    /**
     * What a step gave.
     *
     * @param gradientNorm before clipping
     * @param finite whether loss and gradient were finite; if not, nothing was updated
     */
    public record Result(double loss, double gradientNorm, boolean finite) {}

    private final PretextTask task;
    private final AdamW optimizer;
    private final int microBatchSize;
    private final long seed;
    private final List<NamedTensor> buffers;
    private final StepClock clock;

    /**
     * Steps of a run.
     *
     * @param microBatchSize images per forward pass
     * @param clock is told the phases of each step; the step begins no lap of its own
     */
    public TrainingStep(PretextTask task, AdamW optimizer, int microBatchSize, long seed, StepClock clock) {
        this.clock = clock;
        this.task = task;
        this.optimizer = optimizer;
        this.microBatchSize = microBatchSize;
        this.seed = seed;
        buffers = task.buffers();
    }

    /** Everything native that is made here is freed when it ends. */
    public Result run(Batch batch, double learningRate) {
        try (PointerScope scope = new PointerScope()) {
            // Running statistics of norms take in the images of a step even if it is left out.
            Snapshot before = new Snapshot(buffers);
            optimizer.clearGradients();
            Draw whole = task.draw(batch.images(), batch.epoch(), batch.indices());
            double loss = 0;
            int size = batch.indices().length;
            for (int from = 0; from < size; from += microBatchSize) {
                loss += part(batch, whole, from, Math.min(size, from + microBatchSize));
            }
            double norm = optimizer.clipGradients();
            clock.lap(Phase.CLIP);
            boolean finite = Double.isFinite(loss) && Double.isFinite(norm);
            if (finite) {
                optimizer.step(learningRate);
            } else {
                before.restore();
            }
            clock.lap(Phase.OPTIMIZER);
            return new Result(loss, norm, finite);
        }
    }

    private double part(Batch batch, Draw whole, int from, int to) {
        try (PointerScope scope = new PointerScope()) {
            // What the layers draw, as for drop path, follows from (seed, step, part).
            torch.manual_seed(KeyedRandom.hash(seed, Purpose.STEP, batch.step(), from));
            Tensor images = Tensors.slice(batch.images(), 0, from, to);
            Tensor loss = task.loss(images, whole.filters().part(from, to), whole.lossWeight(), clock);
            task.backward(loss);
            clock.lap(Phase.BACKWARD);
            return loss.item_double();
        }
    }
}
