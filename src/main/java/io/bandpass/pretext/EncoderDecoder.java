package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.torch.Compute;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** A task whose decoder predicts images from the encoder's features. */
abstract class EncoderDecoder extends EncoderTask {
    private final Decoder decoder;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    EncoderDecoder(PretrainingConfig config, Compute compute) {
        super(config, compute);
        decoder = child("decoder", Decoder.create(config, encoder()));
        to(compute.device());
    }

    /** Predicts images from normalised corrupted ones (N, 3, H, W), in a training step. */
    final Tensor forward(Tensor corrupted) {
        return forward(decoder.blocks(encoder()), corrupted);
    }

    /** Predicts through other blocks of the encoder, which return tokens or a map, in a training step. */
    final Tensor forward(List<UnaryOperator<Tensor>> blocks, Tensor input) {
        return pass.forward(blocks, input, decoder::forward);
    }

    /** Predicts images from normalised corrupted ones (N, 3, H, W), without a backward pass. */
    final Tensor infer(Tensor corrupted) {
        return infer(decoder.blocks(encoder()), corrupted);
    }

    /** Predicts through other blocks of the encoder, which return tokens or a map, without a backward pass. */
    final Tensor infer(List<UnaryOperator<Tensor>> blocks, Tensor input) {
        return pass.infer(blocks, input, decoder::forward);
    }
}
