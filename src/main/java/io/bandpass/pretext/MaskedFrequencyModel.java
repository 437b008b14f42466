package io.bandpass.pretext;

import io.bandpass.config.LossConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.frequency.FilterSampler;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.FrequencyLoss;
import io.bandpass.nn.ActivationCheckpointing;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.StepClock.Phase;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Masked Frequency Modeling (Xie et al., ICLR 2023): remove a part of each image's frequencies, give the corrupted image
 * to an encoder, and predict the missing part of the spectrum. Read this class first: {@link #loss} is the method.
 */
public final class MaskedFrequencyModel extends Layer implements PretextTask {
    private final Encoder encoder;
    private final PixelShuffleDecoder decoder;
    private final Normalisation normalisation;
    private final FrequencyFilter filter;
    private final FilterSampler sampler;
    private final FrequencyLoss frequencyLoss;
    private final LossConfig lossConfig;
    private final Precision precision;
    private final Device device;
    private final Optional<ActivationCheckpointing> checkpointing;
    private final double binsPerImage;

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
        binsPerImage = (double) size * size;
        lossConfig = config.loss();
        normalisation = new Normalisation(config.data().mean(), config.data().std(), device);
        sampler = new FilterSampler(seed, mask.lowpassProbability());
        filter = new FrequencyFilter(
                size,
                size,
                mask.radiusFor(size),
                mask.outerRadius().orElse(Double.POSITIVE_INFINITY),
                mask.clamp(),
                device);
        frequencyLoss = new FrequencyLoss(size, lossConfig.gamma(), device);
    }

    @Override
    public Tensor loss(Tensor images, Draw draw, double totalWeight, StepClock clock) {
        Tensor clean = normalisation.unit(images);
        Tensor masks = filter.halfMasks(draw.lowPass());
        Tensor corrupted = normalisation.apply(filter.apply(clean, masks));
        clock.lap(Phase.CORRUPT);
        Tensor prediction = checkpointing.isPresent()
                ? decode(checkpointing.get().forward(encoder.segments(), corrupted))
                : predict(corrupted);
        clock.lap(Phase.FORWARD);
        Tensor target = normalisation.apply(clean);
        Tensor loss = removedOnly()
                ? frequencyLoss.masked(prediction, target, masks, totalWeight)
                : frequencyLoss.full(prediction, target, totalWeight);
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

    private boolean removedOnly() {
        return lossConfig.target().equals("masked");
    }

    @Override
    public Draw draw(long epoch, int[] indices) {
        return draw(sampler.draw(epoch, indices));
    }

    @Override
    public Draw draw(boolean[] lowPass) {
        return new Draw(lowPass, removedOnly() ? filter.removedBins(lowPass) : binsPerImage * lowPass.length);
    }

    @Override
    public Reconstruction reconstruct(Tensor images, Draw draw) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor clean = normalisation.unit(images);
            Tensor masks = filter.halfMasks(draw.lowPass());
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
        frequencyLoss.close();
    }
}
