package io.bandpass.pretext;

import io.bandpass.config.DecoderConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Linear;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The light ViT decoder (method.md section 3): embeds all tokens of a ViT, or the cells of a map, into {@code width}
 * channels; then blocks, a 1x1 convolution to 3 * stride^2 channels and a pixel shuffle. Parameters are named as in the
 * authors' checkpoints.
 */
final class TransformerDecoder extends Decoder {
    private final int stride;
    private final Linear embedding;
    private final TransformerBody body;
    private final Conv2d projection;

    TransformerDecoder(DecoderConfig config, Encoder encoder, long seed) {
        stride = encoder.stride();
        int grid = encoder.config().imageSize() / stride;
        embedding = child("embed", new Linear(encoder.width(), config.width()));
        body = unnamed(new TransformerBody(config, grid, "decoder.", seed));
        projection = child("pred.0", new Conv2d(config.width(), 3 * stride * stride, 1, 1, 0, true));
        Initialisation.libtorchDefault(embedding, "decoder.embed.", seed);
        Initialisation.libtorchDefault(projection, "decoder.pred.0.", seed);
    }

    @Override
    List<UnaryOperator<Tensor>> blocks(Encoder encoder) {
        return encoder instanceof VisionTransformer vit ? vit.tokenBlocks() : encoder.blocks();
    }

    /** Maps tokens (N, 1 + L, C), the class token first, or a map (N, C, H/s, W/s), to images (N, 3, H, W). */
    @Override
    Tensor forward(Tensor features) {
        Tensor tokens = features.dim() == 4
                ? features.flatten(2, 3).transpose(1, 2)
                : features; // (N, L, C), a ViT: (N, 1 + L, C)
        Tensor decoded = body.forward(embedding.forward(tokens)); // as the tokens, width channels
        long length = decoded.size(1);
        // A square number means that there is no class token.
        long first = PositionInterpolation.edge(length) > 0 ? 0 : 1;
        long grid = PositionInterpolation.edge(length - first);
        Tensor cells = Tensors.slice(decoded, 1, first, length); // (N, L, width)
        Tensor map = cells.transpose(1, 2).unflatten(2, grid, grid); // (N, width, H/s, W/s)
        // (N, 3 * s^2, H/s, W/s) -> (N, 3, H, W)
        return torch.pixel_shuffle(projection.forward(map), stride);
    }
}
