package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.ForwardPass;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import org.bytedeco.pytorch.Device;

/** Common base of all tasks: an encoder, and the forward and backward passes through it and its head. */
abstract class EncoderTask extends Layer implements PretextTask {
    final Normalisation normalisation;
    private final Encoder encoder;
    final ForwardPass pass;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    EncoderTask(PretrainingConfig config, Compute compute) {
        encoder = child(
                "encoder", Encoders.create(config.encoder(), config.train().seed()));
        config.curriculum().imageSizes().stream()
                .filter(size -> size < config.encoder().imageSize())
                .forEach(encoder::alsoTake);
        to(compute.device());
        pass = new ForwardPass(encoder, compute, config.train().activationCheckpointing());
        normalisation = new Normalisation(config.data().mean(), config.data().std(), compute.device());
    }

    @Override
    public final double forwardBackward(TrainingTask.MicroBatch microBatch, BatchTotals totals, StepTimer timer) {
        return pass.forwardBackward(() -> microBatch.loss(totals, timer), timer);
    }

    @Override
    public final Encoder encoder() {
        return encoder;
    }

    @Override
    public final Device device() {
        return pass.device();
    }

    @Override
    public final int depthOf(String name) {
        String prefix = "encoder.";
        return name.startsWith(prefix) ? encoder.depthOf(name.substring(prefix.length())) : encoder.depth();
    }

    @Override
    public void close() {
        super.close();
        normalisation.close();
    }
}
