package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Layer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Decoder from features to images. It is trained with the encoder and not needed afterwards. */
abstract class Decoder extends Layer {
    /** Blocks of the encoder whose result {@link #forward} takes. */
    abstract List<UnaryOperator<Tensor>> blocks(Encoder encoder);

    /** Maps features to images (N, 3, H, W). Also accepts the map returned by {@link Encoder#blocks()}. */
    abstract Tensor forward(Tensor features);

    /** Creates the configured decoder on the CPU, with initial weights. */
    static Decoder create(PretrainingConfig config, Encoder encoder) {
        long seed = config.train().seed();
        return config.decoder().isTransformer()
                ? new TransformerDecoder(config.decoder(), encoder, seed)
                : new PixelShuffleDecoder(encoder.width(), encoder.stride(), seed);
    }
}
