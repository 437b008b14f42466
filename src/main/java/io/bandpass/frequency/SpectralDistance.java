package io.bandpass.frequency;

import io.bandpass.config.LossConfig;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Distance between two spectra at each frequency (paper, section 3.3; method.md section 4): (Re(D)^2 + Im(D)^2 +
 * 1e-12)^(gamma/2), D = F(prediction) - F(target), F orthonormal. Variants: the focal weight (Jiang et al., Focal
 * Frequency Loss, ICCV 2021), spectra averaged over the batch, and spectra of tiles.
 *
 * <p>The transform is linear and the images are real, so one half-spectrum FFT of (prediction - target) suffices;
 * averaged spectra are computed from averaged images.
 */
final class SpectralDistance {
    private static final double EPSILON = 1e-12;

    private final LossConfig config;

    SpectralDistance(LossConfig config) {
        this.config = config;
    }

    /**
     * Computes the distance at each frequency of the half spectrum.
     *
     * @param difference prediction - target, (N, C, H, W), float32 or float64
     * @param perImage whether each image is treated as a batch on its own
     * @return (N, C, H, W/2 + 1); with a patch factor k (N, k^2, C, h, w/2 + 1) for tiles of h x w, in row-major
     *     order; N is 1 if spectra are averaged
     */
    Tensor map(Tensor difference, boolean perImage) {
        Tensor images = config.averageSpectrum() && !perImage
                ? difference.mean(new long[] {0}, true, new ScalarTypeOptional()) // (1, C, H, W)
                : difference;
        Tensor tiles = tiles(images, config.patchFactor()); // (N, C, H, W) or (N, k^2, C, h, w)
        Tensor components = torch.view_as_real(Spectrum.forward(tiles)); // (..., h, w/2 + 1, 2)
        // Scaling the squares by 1 / (h * w) makes the transform orthonormal.
        double scale = 1.0 / (tiles.size(-2) * tiles.size(-1));
        Tensor squared = Tensors.multiply(Tensors.sum(components.mul(components), -1), scale); // (..., h, w/2 + 1)
        Tensor distance = power(Tensors.add(squared, EPSILON), config.gamma());
        return config.focal() == LossConfig.Focal.NONE
                ? distance
                : distance.mul(focalWeight(squared.detach(), perImage));
    }

    /**
     * Divides images (N, C, H, W) into tiles, in row-major order: (N, k^2, C, H/k, W/k), or the images themselves for k
     * = 1.
     */
    static Tensor tiles(Tensor images, int factor) {
        if (factor == 1) {
            return images;
        }
        long count = images.size(0);
        long channels = images.size(1);
        long height = images.size(2) / factor;
        long width = images.size(3) / factor;
        return images.reshape(count, channels, factor, height, factor, width) // (N, C, k, h, k, w)
                .permute(0, 2, 4, 1, 3, 5) // (N, k, k, C, h, w)
                .reshape(count, (long) factor * factor, channels, height, width); // (N, k^2, C, h, w)
    }

    /** Raises the square root of {@code squared} to a power. */
    private static Tensor power(Tensor squared, double exponent) {
        if (exponent == 1) {
            return squared.sqrt();
        }
        return exponent == 2 ? squared : squared.pow(new Scalar(exponent / 2));
    }

    /** Focal weight |D|^alpha or log(1 + |D|^alpha), relative to the largest; 0 if all are 0. Not differentiated. */
    private Tensor focalWeight(Tensor squared, boolean perImage) {
        Tensor weight = power(squared, config.focalAlpha());
        if (config.focalLog()) {
            weight = weight.log1p();
        }
        Tensor largest = weight.amax(focalAxes(weight.dim(), perImage), true);
        return weight.div(largest)
                .nan_to_num()
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
    }

    private long[] focalAxes(long axes, boolean perImage) {
        if (config.focal() == LossConfig.Focal.IMAGE) {
            return new long[] {-2, -1};
        }
        int first = perImage ? 1 : 0;
        long[] all = new long[(int) axes - first];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) first + i;
        }
        return all;
    }
}
