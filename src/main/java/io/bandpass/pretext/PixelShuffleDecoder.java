package io.bandpass.pretext;

import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Layer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The paper's decoder (section 3.3): one 1x1 convolution from C to 3 * stride^2 channels and a pixel shuffle. */
final class PixelShuffleDecoder extends Layer {
    private final int stride;
    private final Conv2d projection;

    PixelShuffleDecoder(int width, int stride) {
        this.stride = stride;
        // Named as the first part of a sequence, as in the authors' checkpoints.
        projection = child("0", new Conv2d(width, 3 * stride * stride, 1, 1, 0, true));
    }

    /** Features (N, C, H/s, W/s) to images (N, 3, H, W). */
    Tensor forward(Tensor features) {
        return torch.pixel_shuffle(projection.forward(features), stride);
    }
}
