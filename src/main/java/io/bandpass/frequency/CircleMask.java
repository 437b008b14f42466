package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * The paper's mask (section 3.2; method.md section 1): a disc around DC in the centred spectrum. 1 means that the
 * encoder keeps the frequency.
 */
public final class CircleMask {
    private CircleMask() {}

    /**
     * Keeps the low frequencies: 1 where not radius^2 <= d^2 < outerRadius^2, with d the distance from (H/2, W/2).
     *
     * @param radius in frequency bins
     * @param outerRadius positive infinity removes everything outside the disc, a finite one only a band
     * @return (H, W), float32, centred, on the CPU
     */
    public static Tensor lowPass(int height, int width, double radius, double outerRadius) {
        return mask(height, width, radius, outerRadius, false);
    }

    /** The complement of {@link #lowPass}: keeps the high frequencies, or the band. */
    public static Tensor highPass(int height, int width, double radius, double outerRadius) {
        return mask(height, width, radius, outerRadius, true);
    }

    private static Tensor mask(int height, int width, double radius, double outerRadius, boolean complement) {
        float[] keep = new float[height * width];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                double v = row - height / 2;
                double u = column - width / 2;
                double distance = v * v + u * u;
                boolean removed = radius * radius <= distance && distance < outerRadius * outerRadius;
                keep[row * width + column] = removed == complement ? 1 : 0;
            }
        }
        return Tensors.ofFloats(keep, height, width);
    }
}
