package io.bandpass.pretext;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.FrequencyLoss;
import io.bandpass.frequency.LossWeight;
import io.bandpass.frequency.MaskDraws;
import io.bandpass.frequency.MaskSampler;
import io.bandpass.nn.NamedTensor;
import io.bandpass.task.Batch;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masked Frequency Modeling (Xie et al., ICLR 2023): removes some frequencies of each image, encodes the corrupted
 * image, and predicts the missing frequencies. Read this class first: {@link Masked#loss} is the method.
 */
public final class MaskedFrequencyModel extends EncoderDecoder {
    private final PerImageSize<MaskedSpectra> spectra;
    private final MaskSampler sampler;
    private final MaskConfig mask;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    public MaskedFrequencyModel(PretrainingConfig config, Compute compute) {
        super(config, compute);
        mask = config.mask();
        sampler = new MaskSampler(config.train().seed());
        spectra = new PerImageSize<>(config, stage -> MaskedSpectra.of(stage, compute.device()));
    }

    /** Images and their frequency masks. */
    private final class Masked implements MicroBatch {
        private final Tensor images;
        private final MaskDraws filters;
        private final FrequencyFilter filter;
        private final FrequencyFilter lossFilter;
        private final FrequencyLoss frequencyLoss;
        private final MaskedSpectra masking;
        private final LossWeight weight;

        Masked(Tensor images, MaskDraws filters) {
            this.images = images;
            this.filters = filters;
            masking = spectra.of(images);
            filter = masking.filter();
            lossFilter = masking.lossFilter();
            frequencyLoss = masking.loss();
            weight = frequencyLoss.weight(
                    filters.size(), this::removedBins, () -> lossFilter.halfMasks(unitIfNeeded(), filters));
        }

        private double removedBins() {
            if (!lossFilter.dependsOnImages()) {
                return lossFilter.removedBins(filters);
            }
            try (PointerScope scope = new PointerScope()) {
                return lossFilter.removedBins(filters, lossFilter.halfMasks(unitIfNeeded(), filters));
            }
        }

        /** The images in [0, 1] if the masks of the loss depend on them. */
        private Tensor unitIfNeeded() {
            return lossFilter.dependsOnImages() ? normalisation.unit(images) : images;
        }

        @Override
        public int images() {
            return filters.size();
        }

        @Override
        public double lossDenominator() {
            return weight.terms();
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor clean = normalisation.unit(images); // (n, 3, H, W) in [0, 1]
            Tensor masks = filter.halfMasks(clean, filters); // (n, 1, H, W/2 + 1)
            Tensor corrupted = normalisation.apply(filter.apply(clean, masks));
            timer.endPhase(Phase.CORRUPT);
            Tensor prediction = forward(corrupted); // (n, 3, H, W)
            timer.endPhase(Phase.FORWARD);
            Tensor target = normalisation.apply(clean);
            Tensor loss = frequencyLoss.of(
                    prediction,
                    target,
                    lossMasks(clean, masks),
                    new LossWeight(totals.lossDenominator(), totals.images()));
            timer.endPhase(Phase.LOSS);
            return loss;
        }

        private HalfLoss halfLoss() {
            Tensor clean = normalisation.unit(images);
            Tensor masks = filter.halfMasks(clean, filters);
            Tensor prediction = infer(normalisation.apply(filter.apply(clean, masks)));
            Tensor target = normalisation.apply(clean);
            Tensor lossMasks = lossMasks(clean, masks);
            LossWeight whole = new LossWeight(lossDenominator(), images());
            return new HalfLoss(
                    frequencyLoss.of(prediction, target, lossMasks, whole).item_double(),
                    frequencyLoss
                            .of(torch.zeros_like(target), target, lossMasks, whole)
                            .item_double());
        }

        private Tensor lossMasks(Tensor clean, Tensor masks) {
            return lossFilter.equals(filter) ? masks : lossFilter.halfMasks(clean, filters);
        }

        @Override
        public ReconstructedBatch reconstruct(BatchTotals totals) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor clean = normalisation.unit(images);
                Tensor masks = filter.halfMasks(clean, filters);
                Tensor corrupted = filter.apply(clean, masks);
                Tensor normalised = infer(normalisation.apply(corrupted));
                Tensor prediction = normalisation.invert(normalised);
                // The kept frequencies are known; only the removed ones come from the model.
                Tensor combined = prediction.sub(filter.keep(prediction, masks)).add(filter.keep(clean, masks));
                Tensor target = normalisation.apply(clean);
                Tensor lossMasks = lossMasks(clean, masks);
                return new ReconstructedBatch(
                        captions(),
                        corrupted,
                        Optional.of(filter.centred(masks)),
                        prediction,
                        Optional.of(combined),
                        frequencyLoss.ofEach(normalised, target, lossMasks),
                        frequencyLoss
                                .of(
                                        normalised,
                                        target,
                                        lossMasks,
                                        new LossWeight(totals.lossDenominator(), totals.images()))
                                .item_double());
            }
        }

        private List<String> captions() {
            String[] captions = new String[filters.size()];
            for (int i = 0; i < captions.length; i++) {
                captions[i] = masking.caption(filters.lowPass()[i]);
            }
            return List.of(captions);
        }

        @Override
        public List<NamedTensor> drawn() {
            long[] isLow = new long[filters.size()];
            for (int i = 0; i < isLow.length; i++) {
                isLow[i] = filters.lowPass()[i] ? 1 : 0;
            }
            return List.of(new NamedTensor(
                    "is_low", Tensors.ofLongs(isLow, isLow.length).to(ScalarType.Byte)));
        }
    }

    /**
     * Loss of images that are all filtered alike.
     *
     * @param ofZero loss of a prediction of zero, the mean colour everywhere: what a model that has learned nothing
     *     reaches
     */
    public record HalfLoss(double loss, double ofZero) {}

    /** Whether some steps of training draw low-pass filters, or high-pass filters. Masks of Com and RCom are neither. */
    public boolean draws(boolean lowPass) {
        return !mask.ranksMagnitudes() && mask.draws(lowPass);
    }

    /**
     * Returns the loss of images when all are low-pass, or all high-pass filtered, without gradients. A random radius or
     * fraction is replaced with its middle value.
     *
     * @param images uint8 (n, 3, H, W), on any device
     */
    public HalfLoss halfLoss(Tensor images, boolean lowPass) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return allAlike(images, lowPass).halfLoss();
        }
    }

    private Masked allAlike(Tensor images, boolean lowPass) {
        boolean[] filters = new boolean[Math.toIntExact(images.size(0))];
        Arrays.fill(filters, lowPass);
        return new Masked(images, MaskDraws.middle(filters));
    }

    /** With a warm-up of low-pass masks, their probability is that of the first step of the epoch. */
    @Override
    public MicroBatch microBatch(Tensor images, long epoch, int[] indices) {
        return new Masked(images, sampler.draw(mask.keepProbability((double) epoch), epoch, indices));
    }

    @Override
    public MicroBatch microBatch(Batch batch) {
        double lowPassProbability = mask.keepProbability(batch.epochsDone());
        return new Masked(batch.images(), sampler.draw(lowPassProbability, batch.epoch(), batch.keys()));
    }

    /**
     * Creates a micro-batch with predefined filters: true keeps the low frequencies. A random radius or fraction is
     * replaced with its middle value.
     */
    public MicroBatch microBatch(Tensor images, boolean[] lowPass) {
        return new Masked(images, MaskDraws.middle(lowPass));
    }

    /** Returns the images once low-pass and once high-pass filtered. */
    @Override
    public List<MicroBatch> pictureBatches(Tensor images, int[] indices) {
        return List.of(allAlike(images, true), allAlike(images, false));
    }

    @Override
    public void close() {
        super.close();
        spectra.all().forEach(MaskedSpectra::close);
    }
}
