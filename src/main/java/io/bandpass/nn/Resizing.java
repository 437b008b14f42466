package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Resizing of feature maps and logits. */
public final class Resizing {
    private Resizing() {}

    /**
     * Resizes bilinearly, with align_corners false and no antialias, in the type of the maps.
     *
     * @param maps (N, C, H, W)
     * @return (N, C, height, width); the maps themselves if they are of this size
     */
    public static Tensor bilinear(Tensor maps, long height, long width) {
        if (maps.size(2) == height && maps.size(3) == width) {
            return maps;
        }
        return torch.upsample_bilinear2d(maps, new long[] {height, width}, false)
                .to(maps.scalar_type());
    }
}
