package io.bandpass.pretext;

import io.bandpass.config.DecoderConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Linear;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Decoder of a masked autoencoder (He et al., CVPR 2022, section 3 and appendix A.1): embeds visible tokens into
 * {@code width} channels, inserts a learned token for each masked patch, adds fixed positions, then applies transformer
 * blocks, a norm, and a linear layer to the pixels of each patch.
 */
final class PatchDecoder extends Layer {
    private static final double STD = 0.02;

    private final Linear embedding;
    private final Tensor maskToken;
    private final TransformerBody body;
    private final Linear prediction;

    PatchDecoder(DecoderConfig config, Encoder encoder, long seed) {
        int stride = encoder.stride();
        int grid = encoder.config().imageSize() / stride;
        maskToken = parameter("mask_token", 1, 1, config.width());
        embedding = child("embed", new Linear(encoder.width(), config.width()));
        body = unnamed(new TransformerBody(config, grid, "decoder.", seed));
        prediction = child("pred", new Linear(config.width(), 3 * stride * stride));
        Initialisation.normal(maskToken, STD, seed, "decoder.mask_token");
        Initialisation.libtorchDefault(embedding, "decoder.embed.", seed);
        Initialisation.libtorchDefault(prediction, "decoder.pred.", seed);
    }

    /**
     * Predicts all patches from the visible ones.
     *
     * @param tokens of the encoder: (N, 1 + K, C), the class token first
     * @param kept indices of the visible patches, row-major from 0: (N, K), int64
     * @param patches number of patches per image, L
     * @return (N, L, p * p * 3), the values of a patch row by row and pixel by pixel
     */
    Tensor forward(Tensor tokens, Tensor kept, long patches) {
        Tensor visible = embedding.forward(tokens); // (N, 1 + K, width)
        Tensor blank = maskToken.to(visible.scalar_type()).expand(visible.size(0), patches, -1); // (N, L, width)
        Tensor rows = kept.unsqueeze(-1).expand(-1, -1, visible.size(2)); // (N, K, width)
        Tensor filled = blank.scatter(1, rows, Tensors.slice(visible, 1, 1, visible.size(1))); // (N, L, width)
        Tensor all = torch.cat(new TensorVector(Tensors.slice(visible, 1, 0, 1), filled), 1); // (N, 1 + L, width)
        return prediction.forward(Tensors.slice(body.forward(all), 1, 1, 1 + patches)); // (N, L, p * p * 3)
    }

    @Override
    protected boolean decays(String name, Tensor tensor) {
        // Called only for parameters of this layer itself: the mask token, which like a class token does not decay.
        return false;
    }
}
