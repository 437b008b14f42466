package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Weight of each frequency in the loss (method.md section 4): max(r, 1)^a with r the distance from DC in bins, divided by
 * the mean over the spectrum. The amplitude of natural images falls about as 1/r.
 */
final class RadialWeight {
    private RadialWeight() {}

    /**
     * Returns the weights of a half spectrum, whose mean over the full one is 1.
     *
     * @return (H, W/2 + 1), float64, DC at (0, 0), on the CPU
     */
    static Tensor ofHalf(int height, int width, double exponent) {
        int columns = width / 2 + 1;
        float[] squares = new float[height * columns];
        for (int row = 0; row < height; row++) {
            float v = Math.min(row, height - row);
            for (int u = 0; u < columns; u++) {
                squares[row * columns + u] = v * v + (float) u * u;
            }
        }
        Tensor weights = Tensors.ofFloats(squares, height, columns)
                .to(ScalarType.Double)
                .clamp_min(new Scalar(1.0))
                .pow(new Scalar(exponent / 2));
        double sum = weights.mul(Spectrum.columnCounts(width)).sum().item_double();
        return Tensors.multiply(weights, height * (double) width / sum);
    }
}
