package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Energy of images of one size by radial frequency, accumulated batch by batch in float64: |F(x)|^2 of each channel, with
 * F orthonormal, so that the energies of all frequencies add up to the sum of all squared pixels.
 *
 * <p>Ring k holds the frequencies with {@code k <= d < k + 1}, d the distance from DC. Rings from half the shorter side on are not
 * complete: the corners of the spectrum are all that is left of them.
 */
public final class RadialEnergy {
    private static final double RADIUS_AT_224 = 16;

    private final int height;
    private final int width;
    /** (H, W/2 + 1), DC first, summed over images and channels. */
    private final double[] half;

    private long planes;

    /** Creates the energy of no images, of a size in pixels. */
    public RadialEnergy(int height, int width) {
        this.height = height;
        this.width = width;
        half = new double[height * (width / 2 + 1)];
    }

    /**
     * Adds images, or perturbations of images.
     *
     * @param images (N, C, H, W), any float type, on any device
     * @throws IllegalArgumentException if they are not of this size
     */
    public void add(Tensor images) {
        if (images.dim() != 4 || images.size(2) != height || images.size(3) != width) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "images of %d x %d pixels were expected as (N, C, H, W)", width, height));
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor spectrum = Spectrum.forward(images.detach().cpu().to(ScalarType.Double));
            Tensor power = spectrum.abs().square(); // (N, C, H, W/2 + 1)
            double[] sums = Tensors.toDoubles(Tensors.sum(power, 0, 1)); // (H, W/2 + 1)
            for (int i = 0; i < half.length; i++) {
                // Orthonormal: 1 / sqrt(H W) of the amplitude.
                half[i] += sums[i] / height / width;
            }
            planes += images.size(0) * images.size(1);
        }
    }

    private interface Visitor {
        void visit(double distance, int bins, double energy);
    }

    /** Visits each stored frequency with the number of frequencies it stands for. */
    private void each(Visitor visitor) {
        int columns = width / 2 + 1;
        for (int row = 0; row < height; row++) {
            // The second half are negative frequencies.
            double v = row <= (height - 1) / 2 ? row : row - height;
            for (int u = 0; u < columns; u++) {
                int bins = u == 0 || 2 * u == width ? 1 : 2;
                visitor.visit(Math.sqrt(v * v + (double) u * u), bins, bins * half[row * columns + u]);
            }
        }
    }

    private int rings() {
        int v = height / 2;
        int u = width / 2;
        return (int) Math.sqrt((double) v * v + (double) u * u) + 1;
    }

    /** Returns the number of frequencies in each ring of one channel. */
    public long[] bins() {
        long[] bins = new long[rings()];
        each((distance, count, energy) -> bins[(int) distance] += count);
        return bins;
    }

    /** Returns the energy in each ring, summed over images and channels. */
    public double[] energy() {
        double[] sums = new double[rings()];
        each((distance, count, energy) -> sums[(int) distance] += energy);
        return sums;
    }

    /**
     * Returns the radially averaged power spectral density (RAPSD): the mean of |F(x)|^2 over the frequencies of each
     * ring, images and channels.
     *
     * @throws IllegalStateException if there were no images
     */
    public double[] meanPower() {
        requireImages();
        double[] power = energy();
        long[] bins = bins();
        for (int k = 0; k < power.length; k++) {
            power[k] /= (double) bins[k] * planes;
        }
        return power;
    }

    /**
     * Returns the part of the energy at a distance from DC below a radius, 0 to 1.
     *
     * @param radius in bins; it need not be whole
     * @throws IllegalStateException if there were no images, or they are all 0
     */
    public double lowShare(double radius) {
        requireImages();
        double[] sums = new double[2];
        each((distance, count, energy) -> {
            sums[0] += distance < radius ? energy : 0;
            sums[1] += energy;
        });
        if (sums[1] == 0) {
            throw new IllegalStateException("images that are 0 everywhere have no energy to divide");
        }
        return sums[0] / sums[1];
    }

    /** As {@link #lowShare(double)}, with radius 16 of 224 pixels, the method's default, scaled to the shorter side. */
    public double lowShare() {
        return lowShare(RADIUS_AT_224 * Math.min(height, width) / 224);
    }

    private void requireImages() {
        if (planes == 0) {
            throw new IllegalStateException("no image was added, so there is no mean energy");
        }
    }
}
