package io.bandpass.frequency;

import io.bandpass.config.LossConfig;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The loss of method.md section 4 word for word, in float64: two full centred FFTs, of each tile by itself, and sums in
 * loops over every bin.
 */
final class LossOracle {
    private static final long[] AXES = {-2, -1};
    private static final double EPSILON = 1e-12;

    private final LossConfig config;
    private final int factor;

    LossOracle(LossConfig config) {
        this.config = config;
        factor = config.patchFactor();
    }

    /** Loss with the focal weight of the same prediction. */
    double loss(Tensor prediction, Tensor target, Tensor centredMasks) {
        return loss(prediction, prediction, target, centredMasks);
    }

    /**
     * Loss of a prediction.
     *
     * @param weighted the prediction that the focal weight, which has no gradient, is computed from
     * @param centredMasks (N, h, w), of the tile's size
     */
    double loss(Tensor prediction, Tensor weighted, Tensor target, Tensor centredMasks) {
        double pixels = 0;
        double[] p = Tensors.toDoubles(prediction);
        double[] t = Tensors.toDoubles(target);
        for (int i = 0; i < p.length; i++) {
            double distance = Math.abs(p[i] - t[i]);
            pixels += config.pixel() == LossConfig.PixelDistance.L1 ? distance : distance * distance;
        }
        double pixelTerm =
                config.pixel() == LossConfig.PixelDistance.NONE ? 0 : config.pixelWeight() * pixels / p.length;
        return config.frequencyWeight() * frequencies(prediction, weighted, target, centredMasks) + pixelTerm;
    }

    private double frequencies(Tensor prediction, Tensor weighted, Tensor target, Tensor centredMasks) {
        int images = (int) prediction.size(0);
        int channels = (int) prediction.size(1);
        int tiles = factor * factor;
        int bins = (int) (centredMasks.size(1) * centredMasks.size(2));
        double[] map = map(prediction, weighted, target);
        double[] masks = Tensors.toDoubles(centredMasks);
        double[] weights = radiusWeights((int) centredMasks.size(1), (int) centredMasks.size(2));
        double sum = 0;
        double removed = 0;
        double quotients = 0;
        double plain = 0;
        for (int n = 0; n < images; n++) {
            double sumOfImage = 0;
            double removedOfImage = 0;
            for (int bin = 0; bin < bins; bin++) {
                double counts = (1 - masks[n * bins + bin]) * weights[bin];
                removedOfImage += counts;
                for (int slice = 0; slice < tiles * channels; slice++) {
                    int from = config.averageSpectrum() ? 0 : n;
                    double value = map[(from * tiles * channels + slice) * bins + bin];
                    sumOfImage += value * counts;
                    plain += value * weights[bin];
                }
            }
            sum += sumOfImage;
            removed += removedOfImage;
            quotients += sumOfImage / removedOfImage / channels / tiles;
        }
        if (config.target() == LossConfig.Target.FULL) {
            return plain / ((double) images * channels * tiles * bins);
        }
        return config.normaliser() == LossConfig.Normaliser.IMAGE
                ? quotients / images
                : sum / removed / channels / tiles;
    }

    /** max(r, 1)^a of every centred bin, over its mean. */
    private double[] radiusWeights(int height, int width) {
        double[] weights = new double[height * width];
        double mean = 0;
        for (int i = 0; i < weights.length; i++) {
            double r =
                    Math.hypot(Math.floorDiv(i, width) - Math.floorDiv(height, 2), i % width - Math.floorDiv(width, 2));
            weights[i] = Math.exp(config.radiusExponent() * Math.log(Math.max(r, 1)));
            mean += weights[i] / weights.length;
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= mean;
        }
        return weights;
    }

    private double[] map(Tensor prediction, Tensor weighted, Tensor target) {
        double[] squared = squaredDistance(prediction, target);
        double[] focal = config.focal() == LossConfig.Focal.NONE ? ones(squared.length) : focalWeight(weighted, target);
        double[] map = new double[squared.length];
        for (int i = 0; i < map.length; i++) {
            map[i] = Math.pow(squared[i] + EPSILON, config.gamma() / 2) * focal[i];
        }
        return map;
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private double[] focalWeight(Tensor weighted, Tensor target) {
        double[] weight = squaredDistance(weighted, target);
        int bins = (int) (target.size(2) / factor * (target.size(3) / factor));
        int group = config.focal() == LossConfig.Focal.BATCH ? weight.length : bins;
        for (int i = 0; i < weight.length; i++) {
            weight[i] = Math.pow(Math.sqrt(weight[i]), config.focalAlpha());
            weight[i] = config.focalLog() ? Math.log(1 + weight[i]) : weight[i];
        }
        for (int from = 0; from < weight.length; from += group) {
            double largest = 0;
            for (int i = from; i < from + group; i++) {
                largest = Math.max(largest, weight[i]);
            }
            for (int i = from; i < from + group; i++) {
                weight[i] = largest == 0 ? 0 : weight[i] / largest;
            }
        }
        return weight;
    }

    /** |D|^2 of every image (one where they are averaged), tile, channel and bin. */
    private double[] squaredDistance(Tensor prediction, Tensor target) {
        Tensor difference = spectra(prediction).sub(spectra(target));
        Tensor parts = torch.view_as_real(difference);
        return Tensors.toDoubles(Tensors.sum(parts.mul(parts), -1));
    }

    /** (N, k^2, C, h, w), complex, centred, orthonormal. */
    private Tensor spectra(Tensor images) {
        Tensor exact = images.detach().to(ScalarType.Double);
        long height = exact.size(2) / factor;
        long width = exact.size(3) / factor;
        TensorVector tiles = new TensorVector();
        for (int row = 0; row < factor; row++) {
            for (int column = 0; column < factor; column++) {
                Tensor rows = Tensors.slice(exact, 2, row * height, (row + 1) * height);
                Tensor tile = Tensors.slice(rows, 3, column * width, (column + 1) * width);
                Tensor spectrum = torch.fft_fftshift(torch.fft_fft2(tile), AXES);
                tiles.push_back(Tensors.multiply(spectrum, 1 / Math.sqrt((double) height * width)));
            }
        }
        Tensor all = torch.stack(tiles, 1);
        return config.averageSpectrum() ? all.mean(new long[] {0}, true, new ScalarTypeOptional()) : all;
    }
}
