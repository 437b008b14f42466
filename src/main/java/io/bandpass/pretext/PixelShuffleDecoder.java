package io.bandpass.pretext;

import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Initialisation;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The paper's decoder (section 3.3): a 1x1 convolution from C to 3 * stride^2 channels and a pixel shuffle. */
final class PixelShuffleDecoder extends Decoder {
    private final int stride;
    private final Conv2d projection;

    PixelShuffleDecoder(int width, int stride, long seed) {
        this.stride = stride;
        // Named as the first layer of a sequence, as in the authors' checkpoints.
        projection = child("0", new Conv2d(width, 3 * stride * stride, 1, 1, 0, true));
        Initialisation.libtorchDefault(this, "decoder.", seed);
    }

    @Override
    List<UnaryOperator<Tensor>> blocks(Encoder encoder) {
        return encoder.blocks();
    }

    /** Maps features (N, C, H/s, W/s) to images (N, 3, H, W). */
    @Override
    Tensor forward(Tensor features) {
        // (N, 3 * s^2, H/s, W/s) -> (N, 3, H, W)
        return torch.pixel_shuffle(projection.forward(features), stride);
    }
}
