package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Layouts of a two-dimensional spectrum. Masks are defined centred: (H, W) with DC at (H/2, W/2). Spectra of real
 * images are computed as halves: (H, W/2 + 1), DC at (0, 0); the other columns are complex conjugates.
 */
public final class Spectrum {
    private static final long[] AXES = {-2, -1};

    private Spectrum() {}

    /**
     * Returns the half of centred masks that multiplies a half spectrum. The masks must be symmetric under (u, v) ->
     * (-u, -v), as all masks here are.
     *
     * @param centred (..., H, W)
     * @return (..., H, W/2 + 1), DC at (0, 0)
     */
    public static Tensor halfOf(Tensor centred) {
        // Not fftshift: the two differ for odd sizes.
        Tensor plain = torch.fft_ifftshift(centred, AXES);
        return Tensors.slice(plain, -1, 0, centred.size(-1) / 2 + 1); // (..., H, W/2 + 1)
    }

    /**
     * Inverse of {@link #halfOf}: restores full centred spectra of real values that are symmetric under (u, v) -> (-u,
     * -v).
     *
     * @param half (N, H, W/2 + 1), DC at (0, 0)
     * @param width W, as the half does not tell an odd width from an even one
     * @return (N, H, W), DC at (H/2, W/2)
     */
    public static Tensor centred(Tensor half, int width) {
        int height = Math.toIntExact(half.size(1));
        int columns = width / 2 + 1;
        long[] from = new long[height * width];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int v = row - height / 2;
                int u = column - width / 2;
                int sign = u < 0 ? -1 : 1;
                from[row * width + column] = Math.floorMod(sign * v, height) * (long) columns + (long) sign * u;
            }
        }
        Tensor index = Tensors.to(Tensors.ofLongs(from, from.length), half.device());
        return half.flatten(1, 2).index_select(1, index).view(half.size(0), height, width); // (N, H, W)
    }

    /**
     * Multiplicity of each column of a half spectrum in the full one: 1 for column 0 and, for even W, column W/2; 2 for
     * all others.
     *
     * @param width W of the full spectrum
     * @return (W/2 + 1), float32, on the CPU
     */
    public static Tensor columnCounts(int width) {
        float[] counts = new float[width / 2 + 1];
        for (int column = 0; column < counts.length; column++) {
            counts[column] = column == 0 || 2 * column == width ? 1 : 2;
        }
        return Tensors.ofFloats(counts, counts.length);
    }

    /** Computes the unscaled half spectrum of real images (..., H, W). */
    static Tensor forward(Tensor images) {
        return torch.fft_rfft2(images);
    }

    /**
     * Computes real images (..., H, W) from an unscaled half spectrum, which does not tell an odd W from an even one.
     */
    static Tensor inverse(Tensor halfSpectrum, long height, long width) {
        return torch.fft_irfft2(halfSpectrum, new long[] {height, width}, AXES, new StringViewOptional());
    }
}
