package io.bandpass.image;

import java.util.function.Consumer;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBicubic;
import org.bytedeco.pytorch.kBilinear;

/** Resizing of 8-bit images as Pillow and OpenCV do it. */
public final class Resize {
    private Resize() {}

    /** Pillow's bicubic resize, antialiased: (1, 3, H, W), uint8, channels last in memory, to (1, 3, height, width). */
    public static Tensor bicubic(Tensor image, long height, long width) {
        return antialiased(image, height, width, options -> options.mode().put(new kBicubic()));
    }

    /** Pillow's bilinear resize, antialiased: shapes as of {@link #bicubic}. */
    public static Tensor antialiasedBilinear(Tensor image, long height, long width) {
        return antialiased(image, height, width, options -> options.mode().put(new kBilinear()));
    }

    private static Tensor antialiased(Tensor image, long height, long width, Consumer<InterpolateFuncOptions> mode) {
        if (image.size(2) == height && image.size(3) == width) {
            return image;
        }
        InterpolateFuncOptions options = new InterpolateFuncOptions();
        options.size().put(new LongVector(height, width));
        mode.accept(options);
        options.align_corners().put(false);
        options.antialias().put(true);
        return torch.interpolate(image, options);
    }

    /** OpenCV's linear resize, not antialiased: (1, 3, H, W), uint8, to (1, 3, height, width), channels last in memory. */
    public static Tensor bilinear(Tensor image, int height, int width) {
        if (image.size(2) == height && image.size(3) == width) {
            return image;
        }
        return new BilinearResize(height, width)
                .window(image, 0, 0, height, width)
                .tensor()
                .unsqueeze(0);
    }
}
