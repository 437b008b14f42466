package io.bandpass.frequency;

import io.bandpass.config.MaskGeometry;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Removes frequencies from images of one size. A {@link MaskFamily} defines the masks; {@link MaskSampler} draws the
 * mask of each image.
 */
public final class FrequencyFilter implements AutoCloseable {
    private final int height;
    private final int width;
    private final boolean clamp;
    private final MaskFamily masks;

    private FrequencyFilter(int height, int width, boolean clamp, MaskFamily masks) {
        this.height = height;
        this.width = width;
        this.clamp = clamp;
        this.masks = masks;
    }

    /**
     * Creates the filter of a mask, for square images of its size.
     *
     * @param clamp whether filtered images are clamped to [0, 1]
     */
    public static FrequencyFilter of(MaskGeometry mask, boolean clamp, Device device) {
        int size = mask.size();
        if (mask.ranksMagnitudes()) {
            return magnitude(size, size, mask.fractions(), clamp, device);
        }
        RadialMask shape = RadialMask.of(mask.shape());
        double outer = mask.outerRadius();
        return mask.drawsRadius()
                ? randomRadius(shape, size, size, mask.lowestRadius(), mask.highestRadius(), outer, clamp, device)
                : radial(shape, size, size, mask.radius(), outer, clamp, device);
    }

    /**
     * Creates a filter with one low-pass and one high-pass mask for all images.
     *
     * @param radius of the shape, in frequency bins
     * @param outerRadius of a masked band, or positive infinity
     * @param clamp whether filtered images are clamped to [0, 1]
     */
    public static FrequencyFilter radial(
            RadialMask shape, int height, int width, double radius, double outerRadius, boolean clamp, Device device) {
        return new FrequencyFilter(
                height, width, clamp, new FixedMasks(shape, height, width, radius, outerRadius, device));
    }

    /** Creates a filter with a random radius per image, uniform in [lowest, highest). */
    public static FrequencyFilter randomRadius(
            RadialMask shape,
            int height,
            int width,
            double lowest,
            double highest,
            double outerRadius,
            boolean clamp,
            Device device) {
        return new FrequencyFilter(
                height,
                width,
                clamp,
                new RandomRadiusMasks(shape, height, width, lowest, highest, outerRadius, device));
    }

    /**
     * Creates a filter that keeps each image's strongest frequencies, or the others; the kept fraction is drawn per
     * image.
     */
    public static FrequencyFilter magnitude(
            int height, int width, List<Double> fractions, boolean clamp, Device device) {
        return new FrequencyFilter(height, width, clamp, new MagnitudeMasks(height, width, fractions, device));
    }

    /** Whether masks depend on the images, so that {@link #halfMasks} is needed to count removed frequencies. */
    public boolean dependsOnImages() {
        return masks.dependsOnImages();
    }

    /**
     * Counts the frequencies removed from these images: the sum of 1 - mask over the full spectra. Exact, computed on
     * the host without the images.
     *
     * @throws IllegalStateException if masks depend on images
     */
    public double removedBins(MaskDraws draws) {
        if (masks.dependsOnImages()) {
            throw new IllegalStateException("what these masks remove depends on the images");
        }
        return masks.removedBins(draws, new Tensor());
    }

    /**
     * Counts removed frequencies for any masks; needs one device read if they depend on images.
     *
     * @param halfMasks from {@link #halfMasks} for these draws
     */
    public double removedBins(MaskDraws draws, Tensor halfMasks) {
        return masks.removedBins(draws, halfMasks);
    }

    /**
     * Returns each image's mask, a factor of its half spectrum.
     *
     * @param images (N, 3, H, W) in [0, 1], not normalised
     * @return (N, 1, H, W/2 + 1), float32, 1 for kept frequencies, on the device
     */
    public Tensor halfMasks(Tensor images, MaskDraws draws) {
        return masks.halfMasks(images, draws);
    }

    /** Converts masks of half spectra (N, 1, H, W/2 + 1) to centred masks (N, H, W) for images and files. */
    public Tensor centred(Tensor halfMasks) {
        return Spectrum.centred(halfMasks.squeeze(1), width);
    }

    /**
     * Removes frequencies (method.md section 2): Re(ifft2(fft2(x) * mask)), clamped to [0, 1] if the filter clamps.
     *
     * @param images (N, C, H, W), float32 in [0, 1], not normalised
     * @param halfMasks from {@link #halfMasks}
     * @return (N, C, H, W)
     */
    public Tensor apply(Tensor images, Tensor halfMasks) {
        Tensor filtered = keep(images, halfMasks);
        return clamp ? filtered.clamp(bound(0), bound(1)) : filtered;
    }

    /** Returns the part of any images that the masks keep, without clamping. */
    public Tensor keep(Tensor images, Tensor halfMasks) {
        return Spectrum.inverse(Spectrum.forward(images).mul(halfMasks), height, width); // (N, C, H, W)
    }

    private static ScalarOptional bound(double value) {
        return new ScalarOptional(new Scalar(value));
    }

    @Override
    public void close() {
        masks.close();
    }
}
