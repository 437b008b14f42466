package io.bandpass.pretext;

import io.bandpass.config.LossConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.frequency.FilterSampler;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.FrequencyLoss;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.StepClock.Phase;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masked Frequency Modeling (Xie et al., ICLR 2023): remove a part of each image's frequencies, give the corrupted image
 * to an encoder, and predict the missing part of the spectrum. Read this class first: {@link Masked#loss} is the method.
 */
public final class MaskedFrequencyModel extends EncoderDecoder {
    private final FrequencyFilter filter;
    private final FilterSampler sampler;
    private final FrequencyLoss frequencyLoss;
    private final LossConfig lossConfig;
    private final double binsPerImage;
    private final double radius;

    /** A freshly initialised model; every number in it follows from the configuration and its seed. */
    public MaskedFrequencyModel(RunConfig config, Precision precision, Device device) {
        super(config, precision, device);
        MaskConfig mask = config.mask();
        int size = config.encoder().imageSize();
        binsPerImage = (double) size * size;
        lossConfig = config.loss();
        radius = mask.radiusFor(size);
        sampler = new FilterSampler(config.train().seed(), mask.lowpassProbability());
        filter = new FrequencyFilter(
                size, size, radius, mask.outerRadius().orElse(Double.POSITIVE_INFINITY), mask.clamp(), device);
        frequencyLoss = new FrequencyLoss(size, lossConfig.gamma(), device);
    }

    /** Images and the filter that each goes through. */
    private final class Masked implements Part {
        private final Tensor images;
        private final boolean[] lowPass;

        Masked(Tensor images, boolean[] lowPass) {
            this.images = images;
            this.lowPass = lowPass;
        }

        @Override
        public int images() {
            return lowPass.length;
        }

        @Override
        public double lossWeight() {
            return removedOnly() ? filter.removedBins(lowPass) : binsPerImage * lowPass.length;
        }

        @Override
        public Tensor loss(Totals totals, StepClock clock) {
            Tensor clean = normalisation.unit(images);
            Tensor masks = filter.halfMasks(lowPass);
            Tensor corrupted = normalisation.apply(filter.apply(clean, masks));
            clock.lap(Phase.CORRUPT);
            Tensor prediction = predict(corrupted);
            clock.lap(Phase.FORWARD);
            Tensor loss = compare(prediction, normalisation.apply(clean), masks, totals.lossWeight());
            clock.lap(Phase.LOSS);
            return loss;
        }

        @Override
        public Look look(Totals totals) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor clean = normalisation.unit(images);
                Tensor masks = filter.halfMasks(lowPass);
                Tensor corrupted = filter.apply(clean, masks);
                Tensor normalised = predictOnce(normalisation.apply(corrupted));
                Tensor prediction = normalisation.invert(normalised);
                // The kept frequencies are known: only the removed ones come from the model.
                Tensor combined = prediction.sub(filter.keep(prediction, masks)).add(filter.keep(clean, masks));
                Tensor target = normalisation.apply(clean);
                float[] each = new float[lowPass.length];
                for (int i = 0; i < each.length; i++) {
                    each[i] = compare(
                                    Tensors.slice(normalised, 0, i, i + 1L),
                                    Tensors.slice(target, 0, i, i + 1L),
                                    Tensors.slice(masks, 0, i, i + 1L),
                                    new Masked(images, new boolean[] {lowPass[i]}).lossWeight())
                            .item_float();
                }
                double loss =
                        compare(normalised, target, masks, totals.lossWeight()).item_double();
                return new Look(
                        captions(),
                        corrupted,
                        Optional.of(filter.centredMasks(lowPass)),
                        prediction,
                        Optional.of(combined),
                        Tensors.ofFloats(each, each.length),
                        loss);
            }
        }

        private List<String> captions() {
            String[] captions = new String[lowPass.length];
            for (int i = 0; i < captions.length; i++) {
                captions[i] = String.format(Locale.ROOT, "%s, r = %.4g", lowPass[i] ? "low-pass" : "high-pass", radius);
            }
            return List.of(captions);
        }

        @Override
        public List<NamedTensor> drawn() {
            long[] isLow = new long[lowPass.length];
            for (int i = 0; i < isLow.length; i++) {
                isLow[i] = lowPass[i] ? 1 : 0;
            }
            return List.of(new NamedTensor(
                    "is_low", Tensors.ofLongs(isLow, isLow.length).to(ScalarType.Byte)));
        }
    }

    /** The distance of two spectra, of the removed frequencies or of all. */
    private Tensor compare(Tensor prediction, Tensor target, Tensor masks, double weight) {
        return removedOnly()
                ? frequencyLoss.masked(prediction, target, masks, weight)
                : frequencyLoss.full(prediction, target, weight);
    }

    private boolean removedOnly() {
        return lossConfig.target().equals("masked");
    }

    @Override
    public Part part(Tensor images, long epoch, int[] indices) {
        return new Masked(images, sampler.draw(epoch, indices));
    }

    /** Images with given filters: true keeps the low frequencies. */
    public Part part(Tensor images, boolean[] lowPass) {
        return new Masked(images, lowPass);
    }

    /** Once low-pass and once high-pass. */
    @Override
    public List<Part> looks(Tensor images, int[] indices) {
        boolean[] low = new boolean[indices.length];
        Arrays.fill(low, true);
        return List.of(new Masked(images, low), new Masked(images, new boolean[indices.length]));
    }

    @Override
    public void close() {
        super.close();
        filter.close();
        frequencyLoss.close();
    }
}
