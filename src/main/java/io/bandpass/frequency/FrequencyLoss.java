package io.bandpass.frequency;

import io.bandpass.config.LossConfig;
import io.bandpass.torch.Tensors;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Loss of predictions (paper, section 3.3; method.md section 4): the spectral distance, summed over removed or all
 * frequencies and divided by a normaliser, plus a pixel distance if configured. Columns of a half spectrum are weighted
 * by their multiplicity in the full one, so sums are those of full spectra. If frequencies have weights, normalisers are
 * sums of weights instead of counts.
 */
public final class FrequencyLoss implements AutoCloseable {
    private final LossConfig config;
    private final SpectralDistance distance;
    private final double binsPerImage;
    private final int tiles;
    private final boolean masked;
    private final boolean perImage;
    private final boolean weighted;
    /** Contribution of each bin to a sum over the full spectrum: (W/2 + 1), or with weights (H, W/2 + 1) in float64. */
    private final Tensor binCounts;

    private final double smallestCount;

    /**
     * Creates the loss for an image size.
     *
     * @param height a multiple of the patch factor, as is the width
     */
    public FrequencyLoss(LossConfig config, int height, int width, Device device) {
        int factor = config.patchFactor();
        if (height % factor != 0 || width % factor != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%d x %d px cannot be cut in %d x %d tiles", height, width, factor, factor));
        }
        this.config = config;
        distance = new SpectralDistance(config);
        binsPerImage = height * (double) width;
        tiles = factor * factor;
        masked = config.countsRemovedOnly();
        weighted = config.radiusExponent() > 0;
        perImage = config.normaliser() == LossConfig.Normaliser.IMAGE;
        try (PointerScope scope = new PointerScope()) {
            Tensor columns = Spectrum.columnCounts(width / factor);
            Tensor counts = weighted
                    ? RadialWeight.ofHalf(height / factor, width / factor, config.radiusExponent())
                            .mul(columns)
                    : columns;
            smallestCount = counts.min().item_double();
            binCounts = Tensors.keep(Tensors.to(counts, device));
        }
    }

    /** Whether the loss needs the whole batch at once, because those of micro-batches do not add up to it. */
    public boolean needsWholeBatch() {
        return config.needsWholeBatch();
    }

    /**
     * Returns the contribution of some images to the loss denominators, to be summed over the whole effective batch.
     *
     * @param removedBins counts the frequencies that their masks remove, per tile if the loss uses tiles; called
     *     only if needed
     * @param halfMasks the masks, as for {@link #of}; called only if frequencies have weights and a count is not enough
     */
    public LossWeight weight(int images, DoubleSupplier removedBins, Supplier<Tensor> halfMasks) {
        if (masked && config.frequencyWeight() > 0) {
            double removed = perImage ? images : weighted ? removedWeight(halfMasks) : removedBins.getAsDouble();
            return new LossWeight(removed, images);
        }
        // The mean of the weights is 1.
        return new LossWeight(images * binsPerImage, images);
    }

    private double removedWeight(Supplier<Tensor> halfMasks) {
        try (PointerScope scope = new PointerScope()) {
            return removed(halfMasks.get().to(ScalarType.Double)).sum().item_double();
        }
    }

    /**
     * Computes the loss of a batch or a micro-batch. With the weight of the whole batch, the losses of its
     * micro-batches add up to the loss of the batch, unless {@link #needsWholeBatch}.
     *
     * @param prediction (N, C, H, W), normalised, float32 or float64
     * @param target (N, C, H, W), normalised
     * @param halfMasks 1 for frequencies that the encoder saw, (N, 1, H, W/2 + 1); with a patch factor k, masks of
     *     a {@link FrequencyFilter#of} for tiles, (N, 1, h, w/2 + 1). Ignored for the target {@code full}
     * @param whole weight of the effective batch
     * @return scalar
     */
    public Tensor of(Tensor prediction, Tensor target, Tensor halfMasks, LossWeight whole) {
        Tensor difference = prediction.sub(target); // (N, C, H, W)
        Optional<Tensor> pixels = pixels(difference)
                .map(distances -> Tensors.multiply(
                        distances.sum(), config.pixelWeight() / (whole.images() * binsPerImage * prediction.size(1))));
        if (config.frequencyWeight() == 0) {
            return pixels.orElseThrow();
        }
        Tensor map = distance.map(difference, false); // (N, C, H, W/2 + 1), or with tiles (N, k^2, C, h, w/2 + 1)
        double terms = whole.terms() * prediction.size(1) * (masked ? tiles : 1);
        Tensor sum = map.mul(masked ? weights(halfMasks, prediction.size(0)) : binCounts(map))
                .sum();
        // An averaged map counts once for every image averaged.
        double copies = masked || !config.averageSpectrum() ? 1 : prediction.size(0);
        Tensor frequencies = Tensors.multiply(sum, 1 / terms * copies * config.frequencyWeight());
        return pixels.isPresent() ? frequencies.add(pixels.get()) : frequencies;
    }

    /**
     * Computes the loss of each image as if it were a batch on its own: (N), for images and files.
     *
     * @param prediction as for {@link #of}, like the other parameters
     */
    public Tensor ofEach(Tensor prediction, Tensor target, Tensor halfMasks) {
        Tensor difference = prediction.sub(target);
        double valuesPerImage = binsPerImage * prediction.size(1);
        Optional<Tensor> pixels = pixels(difference)
                .map(distances -> Tensors.multiply(sumOfEach(distances), config.pixelWeight() / valuesPerImage));
        if (config.frequencyWeight() == 0) {
            return pixels.orElseThrow();
        }
        Tensor map = distance.map(difference, true);
        Tensor sums =
                masked ? sumOfEach(map.mul(shares(removed(halfMasks)))) : sumOfEach(map.mul(binCounts(map))); // (N)
        double terms = masked ? (double) prediction.size(1) * tiles : valuesPerImage;
        Tensor frequencies = Tensors.multiply(sums, config.frequencyWeight() / terms);
        return pixels.isPresent() ? frequencies.add(pixels.get()) : frequencies;
    }

    /** Weight of each bin of the map, for the target {@code masked}. */
    private Tensor weights(Tensor halfMasks, long images) {
        Tensor removed = removed(halfMasks);
        Tensor weights = perImage ? shares(removed) : removed;
        // The single averaged map is summed against every image's mask.
        return config.averageSpectrum() && images > 1
                ? weights.sum(new long[] {0}, true, new ScalarTypeOptional())
                : weights;
    }

    /** Counts of bins in the floating-point type of other values. */
    private Tensor binCounts(Tensor values) {
        return weighted ? binCounts.to(values.scalar_type()) : binCounts;
    }

    /** Count of each removed bin, and 0 for the others, with a tile axis if the map has one. */
    private Tensor removed(Tensor halfMasks) {
        Tensor removed = Tensors.oneMinus(halfMasks).mul(binCounts(halfMasks));
        // (N, 1, h, w/2 + 1), with tiles (N, 1, 1, h, w/2 + 1)
        return tiles == 1 ? removed : removed.unsqueeze(1);
    }

    /** Divides these by their sum over the image; an image that has lost nothing has no loss. */
    private Tensor shares(Tensor removed) {
        long[] axes = new long[(int) removed.dim() - 1];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i + 1L;
        }
        Tensor sums = removed.sum(axes, true, new ScalarTypeOptional());
        return removed.div(sums.clamp_min(new Scalar(smallestCount)));
    }

    private static Tensor sumOfEach(Tensor values) {
        return Tensors.sum(values.flatten(1, -1), 1); // (N)
    }

    /** Distance per pixel, if configured: (N, C, H, W). */
    private Optional<Tensor> pixels(Tensor difference) {
        if (config.pixel() == LossConfig.PixelDistance.NONE || config.pixelWeight() == 0) {
            return Optional.empty();
        }
        return Optional.of(
                config.pixel() == LossConfig.PixelDistance.L1 ? difference.abs() : difference.mul(difference));
    }

    @Override
    public void close() {
        binCounts.close();
    }
}
