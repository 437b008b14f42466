package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Layer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** From features back to images. It is trained with the encoder, and not needed afterwards. */
abstract class Decoder extends Layer {
    /** The chain of the encoder whose result {@link #forward} takes. */
    abstract List<UnaryOperator<Tensor>> blocks(Encoder encoder);

    /** Features to images (N, 3, H, W). The map that {@link Encoder#blocks()} gives is taken too. */
    abstract Tensor forward(Tensor features);

    /** The decoder that a configuration asks for, with its starting values, on the CPU. */
    static Decoder create(PretrainingConfig config, Encoder encoder) {
        long seed = config.train().seed();
        return config.decoder().isTransformer()
                ? new TransformerDecoder(config.decoder(), encoder, seed)
                : new PixelShuffleDecoder(encoder.width(), encoder.stride(), seed);
    }
}
