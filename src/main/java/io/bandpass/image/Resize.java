package io.bandpass.image;

import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBicubic;

/** Pillow's bicubic resize: antialiased, on 8-bit values. */
public final class Resize {
    private Resize() {}

    /** Resizes (1, 3, H, W), uint8, channels last in memory, to (1, 3, height, width). */
    public static Tensor bicubic(Tensor image, long height, long width) {
        if (image.size(2) == height && image.size(3) == width) {
            return image;
        }
        InterpolateFuncOptions options = new InterpolateFuncOptions();
        options.size().put(new LongVector(height, width));
        options.mode().put(new kBicubic());
        options.align_corners().put(false);
        options.antialias().put(true);
        return torch.interpolate(image, options);
    }
}
