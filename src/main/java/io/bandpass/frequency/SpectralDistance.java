package io.bandpass.frequency;

import io.bandpass.config.LossConfig;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The distance of two spectra at each frequency (paper, section 3.3; method.md section 4):
 * (Re(D)^2 + Im(D)^2 + 1e-12)^(gamma/2), D = F(prediction) - F(target), F orthonormal, and what varies it: the focal
 * weight (Jiang et al., Focal Frequency Loss, ICCV 2021), spectra averaged over the batch, and spectra of tiles.
 *
 * <p>The transform is linear and the images are real, so one half-spectrum FFT of (prediction - target) is enough, also
 * where spectra are averaged: the mean is taken of the images.
 */
final class SpectralDistance {
    private static final double EPSILON = 1e-12;

    private final LossConfig config;

    SpectralDistance(LossConfig config) {
        this.config = config;
    }

    /**
     * The distance at each frequency of the half spectrum.
     *
     * @param difference prediction - target, (N, C, H, W), float32 or float64
     * @param alone whether each image is taken as a batch of its own
     * @return (N, C, H, W/2 + 1); with a patch factor k (N, k^2, C, h, w/2 + 1) for tiles of h x w, row by row; N is 1
     *     where spectra are averaged
     */
    Tensor map(Tensor difference, boolean alone) {
        Tensor images = config.averageSpectrum() && !alone
                ? difference.mean(new long[] {0}, true, new ScalarTypeOptional())
                : difference;
        Tensor tiles = tiles(images, config.patchFactor());
        Tensor parts = torch.view_as_real(Spectrum.forward(tiles));
        // Scaling the squares by 1 / (h * w) makes the transform orthonormal.
        double scale = 1.0 / (tiles.size(-2) * tiles.size(-1));
        Tensor squared = Tensors.multiply(Tensors.sum(parts.mul(parts), -1), scale);
        Tensor distance = power(Tensors.add(squared, EPSILON), config.gamma());
        return config.focal() == LossConfig.Focal.NONE ? distance : distance.mul(focalWeight(squared.detach(), alone));
    }

    /** (N, C, H, W) cut in tiles, row by row: (N, k^2, C, H/k, W/k), or itself for k = 1. */
    static Tensor tiles(Tensor images, int factor) {
        if (factor == 1) {
            return images;
        }
        long count = images.size(0);
        long channels = images.size(1);
        long height = images.size(2) / factor;
        long width = images.size(3) / factor;
        return images.reshape(count, channels, factor, height, factor, width)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(count, (long) factor * factor, channels, height, width);
    }

    /** The square root of squares to this power. */
    private static Tensor power(Tensor squared, double exponent) {
        if (exponent == 1) {
            return squared.sqrt();
        }
        return exponent == 2 ? squared : squared.pow(new Scalar(exponent / 2));
    }

    /** |D|^alpha or its log(1 + w), as a share of the largest; 0 where all are 0. Without gradient. */
    private Tensor focalWeight(Tensor squared, boolean alone) {
        Tensor weight = power(squared, config.focalAlpha());
        if (config.focalLog()) {
            weight = weight.log1p();
        }
        Tensor largest = weight.amax(focalAxes(weight.dim(), alone), true);
        return weight.div(largest)
                .nan_to_num()
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
    }

    private long[] focalAxes(long axes, boolean alone) {
        if (config.focal() == LossConfig.Focal.IMAGE) {
            return new long[] {-2, -1};
        }
        int first = alone ? 1 : 0;
        long[] all = new long[(int) axes - first];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) first + i;
        }
        return all;
    }
}
