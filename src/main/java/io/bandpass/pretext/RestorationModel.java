package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RestorationConfig;
import io.bandpass.frequency.FrequencyLoss;
import io.bandpass.frequency.LossWeight;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Image restoration as pre-training (the paper's comparison; method.md section 8): the image is blurred, noisy or
 * downsampled, and the full spectrum of the original is predicted, with the same encoder, decoder and distance as in
 * Masked Frequency Modeling.
 */
public final class RestorationModel extends EncoderDecoder {
    private final Degradation degradation;
    private final PerImageSize<FrequencyLoss> losses;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    RestorationModel(PretrainingConfig config, Compute compute) {
        super(config, compute);
        degradation = TaskInputs.restoration(
                (RestorationConfig) config.task(),
                config.encoder().imageSize(),
                config.train().seed());
        losses = new PerImageSize<>(config, stage -> {
            int size = stage.encoder().imageSize();
            return new FrequencyLoss(stage.loss().full(), size, size, compute.device());
        });
    }

    /** Images and the key of their degradation. */
    private final class Degraded implements MicroBatch {
        private final Tensor images;
        private final long epoch;
        private final int[] indices;
        private final FrequencyLoss frequencyLoss;

        Degraded(Tensor images, long epoch, int[] indices) {
            this.images = images;
            this.epoch = epoch;
            this.indices = indices;
            frequencyLoss = losses.of(images);
        }

        @Override
        public int images() {
            return indices.length;
        }

        @Override
        public double lossDenominator() {
            return (double) images.size(2) * images.size(3) * indices.length;
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor clean = normalisation.unit(images); // (n, 3, H, W) in [0, 1]
            Tensor corrupted = normalisation.apply(degradation.apply(clean, epoch, indices));
            timer.endPhase(Phase.CORRUPT);
            Tensor prediction = forward(corrupted); // (n, 3, H, W)
            timer.endPhase(Phase.FORWARD);
            // The target is the full spectrum, so the loss needs no masks.
            Tensor loss = frequencyLoss.of(
                    prediction,
                    normalisation.apply(clean),
                    new Tensor(),
                    new LossWeight(totals.lossDenominator(), totals.images()));
            timer.endPhase(Phase.LOSS);
            return loss;
        }

        @Override
        public ReconstructedBatch reconstruct(BatchTotals totals) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor clean = normalisation.unit(images);
                Tensor corrupted = degradation.apply(clean, epoch, indices);
                Tensor prediction = infer(normalisation.apply(corrupted));
                Tensor target = normalisation.apply(clean);
                return new ReconstructedBatch(
                        IntStream.of(indices)
                                .mapToObj(index -> degradation.describe(epoch, index))
                                .toList(),
                        corrupted,
                        Optional.empty(),
                        normalisation.invert(prediction),
                        Optional.empty(),
                        frequencyLoss.ofEach(prediction, target, new Tensor()),
                        frequencyLoss
                                .of(
                                        prediction,
                                        target,
                                        new Tensor(),
                                        new LossWeight(totals.lossDenominator(), totals.images()))
                                .item_double());
            }
        }

        /** Empty: the degradation follows from the epoch and the indices. */
        @Override
        public List<NamedTensor> drawn() {
            return List.of();
        }
    }

    @Override
    public MicroBatch microBatch(Tensor images, long epoch, int[] indices) {
        return new Degraded(images, epoch, indices);
    }

    @Override
    public void close() {
        super.close();
        degradation.close();
        losses.all().forEach(FrequencyLoss::close);
    }
}
