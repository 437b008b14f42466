package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.torch.Precision;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** A task whose decoder makes images of the encoder's features. */
abstract class EncoderDecoder extends EncoderTask {
    private final Decoder decoder;

    /** Freshly initialised; every number in it follows from the configuration and its seed. */
    EncoderDecoder(PretrainingConfig config, Precision precision, Device device) {
        super(config, precision, device);
        decoder = child("decoder", Decoder.create(config, encoder()));
        to(device);
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones, for a backward pass. */
    final Tensor predict(Tensor corrupted) {
        return predict(decoder.segments(encoder()), corrupted);
    }

    /** The same through another chain of the encoder, which gives tokens or a map. */
    final Tensor predict(List<UnaryOperator<Tensor>> segments, Tensor input) {
        return predict(segments, input, decoder::forward);
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones, where no backward pass follows. */
    final Tensor predictOnce(Tensor corrupted) {
        return predictOnce(decoder.segments(encoder()), corrupted);
    }

    /** The same through another chain of the encoder, which gives tokens or a map. */
    final Tensor predictOnce(List<UnaryOperator<Tensor>> segments, Tensor input) {
        return predictOnce(segments, input, decoder::forward);
    }
}
