package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.torch.Compute;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** A task whose decoder makes images of the encoder's features. */
abstract class EncoderDecoder extends EncoderTask {
    private final Decoder decoder;

    /** Freshly initialised; every number in it follows from the configuration and its seed. */
    EncoderDecoder(PretrainingConfig config, Compute compute) {
        super(config, compute);
        decoder = child("decoder", Decoder.create(config, encoder()));
        to(compute.device());
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones, in a training step. */
    final Tensor forward(Tensor corrupted) {
        return forward(decoder.blocks(encoder()), corrupted);
    }

    /** The same through other blocks of the encoder, which return tokens or a map. */
    final Tensor forward(List<UnaryOperator<Tensor>> blocks, Tensor input) {
        return pass.forward(blocks, input, decoder::forward);
    }

    /** Normalised corrupted images (N, 3, H, W) to predicted ones, without a backward pass. */
    final Tensor infer(Tensor corrupted) {
        return infer(decoder.blocks(encoder()), corrupted);
    }

    /** The same through other blocks of the encoder, which return tokens or a map. */
    final Tensor infer(List<UnaryOperator<Tensor>> blocks, Tensor input) {
        return pass.infer(blocks, input, decoder::forward);
    }
}
