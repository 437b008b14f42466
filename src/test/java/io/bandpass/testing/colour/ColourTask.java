package io.bandpass.testing.colour;

import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.ForwardPass;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Linear;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** The squared error of the mean of each channel. */
final class ColourTask extends Layer implements TrainingTask {
    private static final int CHANNELS = 3;

    private final Encoder encoder;
    private final Linear head;
    private final Normalisation normalisation;
    private final ForwardPass pass;
    private final double weight;

    ColourTask(ColourConfig config, Compute compute) {
        encoder = child(
                "encoder", Encoders.create(config.encoder(), config.train().seed()));
        head = child("head", new Linear(config.encoder().width(), CHANNELS));
        Initialisation.libtorchDefault(head, "head", config.train().seed());
        to(compute.device());
        normalisation = new Normalisation(config.data().mean(), config.data().std(), compute.device());
        pass = new ForwardPass(encoder, compute, config.train().activationCheckpointing());
        weight = config.colour().weight();
    }

    Encoder encoder() {
        return encoder;
    }

    private final class ColourPart implements MicroBatch {
        private final Batch batch;

        ColourPart(Batch batch) {
            this.batch = batch;
        }

        @Override
        public int images() {
            return batch.size();
        }

        @Override
        public double lossDenominator() {
            return images();
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor input = normalisation.apply(normalisation.unit(batch.images()));
            timer.endPhase(Phase.CORRUPT);
            Tensor colour = pass.forward(encoder.blocks(), input, map -> head.forward(Tensors.mean(map, 2, 3)));
            timer.endPhase(Phase.FORWARD);
            Tensor error = colour.sub(Tensors.mean(input, 2, 3));
            Tensor loss = Tensors.multiply(error.mul(error).sum(), weight / totals.images());
            timer.endPhase(Phase.LOSS);
            return loss;
        }

        @Override
        public List<NamedTensor> drawn() {
            return List.of();
        }
    }

    @Override
    public List<MicroBatch> microBatches(Batch batch, int microBatchSize) {
        return MicroBatchSpans.of(batch.size(), microBatchSize).stream()
                .<MicroBatch>map(span -> new ColourPart(batch.slice(span.from(), span.to())))
                .toList();
    }

    @Override
    public double forwardBackward(MicroBatch part, BatchTotals totals, StepTimer timer) {
        return pass.forwardBackward(() -> part.loss(totals, timer), timer);
    }

    @Override
    public Device device() {
        return pass.device();
    }

    @Override
    public void close() {
        super.close();
        normalisation.close();
    }
}
