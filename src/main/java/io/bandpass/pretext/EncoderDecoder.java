package io.bandpass.pretext;

import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.nn.ActivationCheckpointing;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** What the tasks share: an encoder, a decoder that makes images of its features, and how both are run. */
abstract class EncoderDecoder extends Layer implements PretextTask {
    final Normalisation normalisation;
    private final Encoder encoder;
    private final Decoder decoder;
    private final Precision precision;
    private final Device device;
    private final Optional<ActivationCheckpointing> checkpointing;

    /** Freshly initialised; every number in it follows from the configuration and its seed. */
    EncoderDecoder(RunConfig config, Precision precision, Device device) {
        this.precision = precision;
        this.device = device;
        encoder = child(
                "encoder", Encoders.create(config.encoder(), config.train().seed()));
        decoder = child("decoder", Decoder.create(config, encoder));
        to(device);
        checkpointing = config.train().activationCheckpointing()
                ? Optional.of(new ActivationCheckpointing(encoder, precision, device))
                : Optional.empty();
        normalisation = new Normalisation(config.data().mean(), config.data().std(), device);
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones, for a backward pass. */
    final Tensor predict(Tensor corrupted) {
        return predict(decoder.segments(encoder), corrupted);
    }

    /** The same through another chain of the encoder. */
    final Tensor predict(List<UnaryOperator<Tensor>> segments, Tensor input) {
        return checkpointing.isPresent()
                ? decode(checkpointing.get().forward(segments, input))
                : predictOnce(segments, input);
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones, where no backward pass follows. */
    final Tensor predictOnce(Tensor corrupted) {
        return predictOnce(decoder.segments(encoder), corrupted);
    }

    /** The same through another chain of the encoder. */
    final Tensor predictOnce(List<UnaryOperator<Tensor>> segments, Tensor input) {
        return precision.forward(device, () -> decoder.forward(Encoder.chain(segments, input)));
    }

    private Tensor decode(Tensor features) {
        return precision.forward(device, () -> decoder.forward(features));
    }

    @Override
    public final void backward(Tensor loss) {
        loss.backward();
        checkpointing.ifPresent(ActivationCheckpointing::backward);
    }

    @Override
    public final Encoder encoder() {
        return encoder;
    }

    @Override
    public final Device device() {
        return device;
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
