package io.bandpass.pretext;

import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Degradation for super-resolution (method.md, Restoration tasks): bicubic resampling (a = -0.75, not antialiased,
 * corners not aligned) down to (H / factor, W / factor), rounded down, and back up to (H, W), clamped to [0, 1] after
 * each. Deterministic.
 */
final class SuperResolution implements Degradation {
    private final int factor;

    /**
     * Creates the degradation for an image size.
     *
     * @param imageSize the shorter side in pixels
     */
    SuperResolution(SuperResolutionConfig config, int imageSize) {
        factor = config.factor();
        config.checkFits(imageSize);
    }

    @Override
    public Tensor apply(Tensor unitImages, long epoch, int[] indices) {
        return Tensors.scoped(() -> resize(down(unitImages), unitImages.size(2), unitImages.size(3)));
    }

    /** Downsampled images: (N, 3, H / factor, W / factor). */
    Tensor down(Tensor unitImages) {
        return resize(unitImages, unitImages.size(2) / factor, unitImages.size(3) / factor);
    }

    private static Tensor resize(Tensor images, long height, long width) {
        return torch.upsample_bicubic2d(images, new long[] {height, width}, false)
                .clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(1)));
    }

    @Override
    public String describe(long epoch, int index) {
        return "down by " + factor;
    }
}
