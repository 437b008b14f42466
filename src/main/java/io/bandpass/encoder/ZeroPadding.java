package io.bandpass.encoder;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Zeros at the right and lower edges that make height and width multiples of a number. */
final class ZeroPadding {
    private ZeroPadding() {}

    /** Smallest multiple of a number that is not below a size. */
    static int up(long size, int multiple) {
        return Math.toIntExact((size + multiple - 1) / multiple * multiple);
    }

    /** Pads images (N, C, H, W). */
    static Tensor ofImages(Tensor images, int multiple) {
        long down = up(images.size(2), multiple) - images.size(2);
        long right = up(images.size(3), multiple) - images.size(3);
        return down + right == 0 ? images : torch.constant_pad_nd(images, 0, right, 0, down);
    }

    /** Pads maps (N, H, W, C). */
    static Tensor ofMaps(Tensor maps, int multiple) {
        long down = up(maps.size(1), multiple) - maps.size(1);
        long right = up(maps.size(2), multiple) - maps.size(2);
        return down + right == 0 ? maps : torch.constant_pad_nd(maps, 0, 0, 0, right, 0, down);
    }
}
