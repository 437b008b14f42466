package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The pair of complementary filters of a run, for one image size: low-pass and high-pass. Holds both masks on the
 * device; which image gets which is drawn by {@link FilterSampler}.
 */
public final class FrequencyFilter implements AutoCloseable {
    private static final int HIGH = 0;
    private static final int LOW = 1;

    private final int height;
    private final int width;
    private final boolean clamp;
    /** (2, H, W), centred: high-pass, low-pass. */
    private final Tensor centred;
    /** (2, H, W/2 + 1), DC first. */
    private final Tensor half;

    private final double[] removedBins = new double[2];

    /**
     * Makes the masks.
     *
     * @param radius of the disc, in frequency bins
     * @param outerRadius of a masked band, or positive infinity
     * @param clamp whether filtered images are clamped to [0, 1]
     */
    public FrequencyFilter(int height, int width, double radius, double outerRadius, boolean clamp, Device device) {
        this.height = height;
        this.width = width;
        this.clamp = clamp;
        try (PointerScope scope = new PointerScope()) {
            Tensor both = torch.stack(new TensorVector(
                    CircleMask.highPass(height, width, radius, outerRadius),
                    CircleMask.lowPass(height, width, radius, outerRadius)));
            removedBins[HIGH] =
                    height * (double) width - both.select(0, HIGH).sum().item_double();
            removedBins[LOW] =
                    height * (double) width - both.select(0, LOW).sum().item_double();
            centred = Tensors.keep(Tensors.to(both, device));
            half = Tensors.keep(Tensors.to(Spectrum.halfOf(both).contiguous(), device));
        }
    }

    /** Frequencies that the filters of these images remove, in all: the sum of 1 - mask over the full spectra. */
    public double removedBins(boolean[] lowPass) {
        double sum = 0;
        for (boolean low : lowPass) {
            sum += removedBins[low ? LOW : HIGH];
        }
        return sum;
    }

    /** What each image keeps: (N, H, W), centred. */
    public Tensor centredMasks(boolean[] lowPass) {
        return centred.index_select(0, rows(lowPass));
    }

    /** What each image keeps, as it multiplies half spectra: (N, 1, H, W/2 + 1). */
    public Tensor halfMasks(boolean[] lowPass) {
        return half.index_select(0, rows(lowPass)).unsqueeze(1);
    }

    private Tensor rows(boolean[] lowPass) {
        long[] rows = new long[lowPass.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = lowPass[i] ? LOW : HIGH;
        }
        return Tensors.to(Tensors.ofLongs(rows, rows.length), half.device());
    }

    /**
     * Removes frequencies (method.md section 2): Re(ifft2(fft2(x) * mask)), clamped to [0, 1] where the filter clamps.
     *
     * @param images (N, C, H, W), float32 in [0, 1], not normalised
     * @param halfMasks of {@link #halfMasks}
     * @return (N, C, H, W)
     */
    public Tensor apply(Tensor images, Tensor halfMasks) {
        Tensor filtered = keep(images, halfMasks);
        return clamp ? filtered.clamp(bound(0), bound(1)) : filtered;
    }

    /** The frequencies of any images that the masks keep, never clamped. */
    public Tensor keep(Tensor images, Tensor halfMasks) {
        return Spectrum.inverse(Spectrum.forward(images).mul(halfMasks), height, width);
    }

    private static ScalarOptional bound(double value) {
        return new ScalarOptional(new Scalar(value));
    }

    @Override
    public void close() {
        centred.close();
        half.close();
    }
}
