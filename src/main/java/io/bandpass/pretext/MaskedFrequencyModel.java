package io.bandpass.pretext;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.frequency.FilterDraws;
import io.bandpass.frequency.FilterSampler;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.FrequencyLoss;
import io.bandpass.frequency.LossWeight;
import io.bandpass.nn.ActivationCheckpointing;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.StepClock.Phase;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Masked Frequency Modeling (Xie et al., ICLR 2023): remove a part of each image's frequencies, give the corrupted image
 * to an encoder, and predict the missing part of the spectrum. Read this class first: {@link #loss} is the method.
 */
public final class MaskedFrequencyModel extends Layer implements PretextTask {
    /** Images whose masks are looked at together while a batch is drawn. */
    private static final int DRAWN_AT_ONCE = 64;

    private final Encoder encoder;
    private final PixelShuffleDecoder decoder;
    private final Normalisation normalisation;
    private final FrequencyFilter filter;
    /** The filter whose masks the loss takes: another one where it compares tiles. */
    private final FrequencyFilter lossFilter;

    private final FilterSampler sampler;
    private final FrequencyLoss frequencyLoss;
    private final Precision precision;
    private final Device device;
    private final Optional<ActivationCheckpointing> checkpointing;

    /** A freshly initialised model; every number in it follows from the configuration and its seed. */
    public MaskedFrequencyModel(RunConfig config, Precision precision, Device device) {
        this.precision = precision;
        this.device = device;
        long seed = config.train().seed();
        encoder = child("encoder", Encoders.create(config.encoder(), seed));
        decoder = child("decoder", new PixelShuffleDecoder(encoder.width(), encoder.stride()));
        Initialisation.libtorchDefault(decoder, "decoder.", seed);
        to(device);
        checkpointing = config.train().activationCheckpointing()
                ? Optional.of(new ActivationCheckpointing(encoder, precision, device))
                : Optional.empty();

        MaskConfig mask = config.mask();
        int size = config.encoder().imageSize();
        normalisation = new Normalisation(config.data().mean(), config.data().std(), device);
        sampler = new FilterSampler(seed, mask.keepProbability());
        filter = FrequencyFilter.of(mask, size, device);
        int tiles = config.loss().patchFactor();
        lossFilter = tiles == 1 || !config.loss().countsRemovedOnly()
                ? filter
                : FrequencyFilter.ofTiles(mask, size, tiles, device);
        frequencyLoss = new FrequencyLoss(config.loss(), size, size, device);
    }

    @Override
    public Tensor loss(Tensor images, FilterDraws filters, LossWeight whole, StepClock clock) {
        Tensor clean = normalisation.unit(images);
        Tensor masks = filter.halfMasks(clean, filters);
        Tensor corrupted = normalisation.apply(filter.apply(clean, masks));
        clock.lap(Phase.CORRUPT);
        Tensor prediction = checkpointing.isPresent()
                ? decode(checkpointing.get().forward(encoder.segments(), corrupted))
                : predict(corrupted);
        clock.lap(Phase.FORWARD);
        Tensor target = normalisation.apply(clean);
        Tensor lossMasks = lossFilter.equals(filter) ? masks : lossFilter.halfMasks(clean, filters);
        Tensor loss = frequencyLoss.of(prediction, target, lossMasks, whole);
        clock.lap(Phase.LOSS);
        return loss;
    }

    @Override
    public void backward(Tensor loss) {
        loss.backward();
        checkpointing.ifPresent(ActivationCheckpointing::backward);
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones. */
    private Tensor predict(Tensor corrupted) {
        return precision.forward(device, () -> decoder.forward(encoder.forward(corrupted)));
    }

    private Tensor decode(Tensor features) {
        return precision.forward(device, () -> decoder.forward(features));
    }

    @Override
    public Draw draw(Tensor images, long epoch, int[] indices) {
        return draw(images, sampler.draw(epoch, indices));
    }

    @Override
    public Draw draw(Tensor images, FilterDraws filters) {
        return new Draw(filters, frequencyLoss.weight(filters.size(), () -> removedBins(images, filters)));
    }

    private double removedBins(Tensor images, FilterDraws filters) {
        if (!lossFilter.dependsOnImages()) {
            return lossFilter.removedBins(filters);
        }
        double sum = 0;
        for (int from = 0; from < filters.size(); from += DRAWN_AT_ONCE) {
            int to = Math.min(filters.size(), from + DRAWN_AT_ONCE);
            try (PointerScope scope = new PointerScope()) {
                FilterDraws part = filters.part(from, to);
                Tensor clean = normalisation.unit(Tensors.slice(images, 0, from, to));
                sum += lossFilter.removedBins(part, lossFilter.halfMasks(clean, part));
            }
        }
        return sum;
    }

    @Override
    public Reconstruction reconstruct(Tensor images, FilterDraws filters) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor clean = normalisation.unit(images);
            Tensor masks = filter.halfMasks(clean, filters);
            Tensor corrupted = filter.apply(clean, masks);
            Tensor prediction = normalisation.invert(predict(normalisation.apply(corrupted)));
            // The kept frequencies are known: only the removed ones come from the model.
            Tensor combined = prediction.sub(filter.keep(prediction, masks)).add(filter.keep(clean, masks));
            return new Reconstruction(corrupted, prediction, combined);
        }
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public int depthOf(String name) {
        String prefix = "encoder.";
        return name.startsWith(prefix) ? encoder.depthOf(name.substring(prefix.length())) : encoder.depth();
    }

    @Override
    public void close() {
        super.close();
        normalisation.close();
        filter.close();
        if (!lossFilter.equals(filter)) {
            lossFilter.close();
        }
        frequencyLoss.close();
    }
}
