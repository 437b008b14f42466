package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Resize;
import io.bandpass.image.RgbImage;
import org.bytedeco.pytorch.Tensor;

/** Whole images at display size, with their aspect ratio. */
public final class Thumbnail {
    private Thumbnail() {}

    /**
     * Returns an image: (3, h, w), uint8, on the CPU.
     *
     * @param longer length of the longer side, in pixels
     * @throws BadImageException if it cannot be read, with the reason
     */
    public static Tensor of(ImageSource source, int index, int longer) throws BadImageException {
        RgbImage image = source.read(index);
        double scale = longer / (double) Math.max(image.height(), image.width());
        return Resize.bicubic(image.view(), scaled(image.height(), scale), scaled(image.width(), scale))
                .squeeze(0);
    }

    private static long scaled(int length, double scale) {
        return Math.max(1, Math.round(length * scale));
    }
}
