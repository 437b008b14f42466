package io.bandpass.image;

import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.kBicubic;

/** Resizing of 8-bit images: as Pillow does it for an encoder's input, and as OpenCV does it for whole scenes. */
public final class Resize {
    private Resize() {}

    /**
     * Resizes (1, 3, H, W), uint8, channels last in memory, to (1, 3, height, width): bicubic and antialiased, as
     * Pillow's.
     */
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

    /**
     * Resizes (1, 3, H, W), uint8, to (1, 3, height, width): bilinear, pixel centres at half positions, without
     * antialiasing. Within one level of OpenCV's INTER_LINEAR, which weighs with 11 bits.
     */
    public static Tensor bilinear(Tensor image, int height, int width) {
        if (image.size(2) == height && image.size(3) == width) {
            return image;
        }
        Tensor levels = torch.upsample_bilinear2d(image.to(ScalarType.Float), new long[] {height, width}, false);
        return levels.round().to(ScalarType.Byte);
    }
}
