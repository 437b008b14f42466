package io.bandpass.frequency;

import io.bandpass.config.LossConfig;
import io.bandpass.torch.Tensors;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of predictions (paper, section 3.3; method.md section 4): the distance of spectra, summed over removed or all
 * frequencies and divided by a normaliser, and the distance of pixels where the configuration asks for it. Each column of
 * a half spectrum counts as often as it stands in the full one, so sums are those of full spectra.
 */
public final class FrequencyLoss implements AutoCloseable {
    private final LossConfig config;
    private final SpectralDistance distance;
    private final double binsPerImage;
    private final int tiles;
    private final boolean masked;
    private final boolean perImage;
    private final Tensor columnCounts;

    /**
     * A loss for images of this size.
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
        perImage = config.normaliser() == LossConfig.Normaliser.IMAGE;
        try (PointerScope scope = new PointerScope()) {
            columnCounts = Tensors.keep(Tensors.to(Spectrum.columnCounts(width / factor), device));
        }
    }

    /** Whether the loss of a batch is not the sum of what {@link #of} gives for its parts. */
    public boolean needsWholeBatch() {
        return config.needsWholeBatch();
    }

    /**
     * What images weigh, to be summed over the whole effective batch.
     *
     * @param removedBins how many frequencies their masks remove, those of the tile's size where there are tiles; asked
     *     only where it is needed
     */
    public LossWeight weight(int images, DoubleSupplier removedBins) {
        if (masked && config.frequencyWeight() > 0) {
            return new LossWeight(perImage ? images : removedBins.getAsDouble(), images);
        }
        return new LossWeight(images * binsPerImage, images);
    }

    /**
     * The loss of a batch or of a part of one. With the weight of the whole, the losses of its parts add up to the loss
     * of the whole, unless {@link #needsWholeBatch}.
     *
     * @param prediction (N, C, H, W), normalised, float32 or float64
     * @param target (N, C, H, W), normalised
     * @param halfMasks 1 where the encoder kept the frequency, (N, 1, H, W/2 + 1); with a patch factor k those of
     *     {@link FrequencyFilter#of}, (N, 1, h, w/2 + 1). Not looked at for the target {@code full}
     * @param whole weight of the effective batch
     * @return scalar
     */
    public Tensor of(Tensor prediction, Tensor target, Tensor halfMasks, LossWeight whole) {
        Tensor difference = prediction.sub(target);
        Optional<Tensor> pixels = pixels(difference)
                .map(each -> Tensors.multiply(
                        each.sum(), config.pixelWeight() / (whole.images() * binsPerImage * prediction.size(1))));
        if (config.frequencyWeight() == 0) {
            return pixels.orElseThrow();
        }
        Tensor map = distance.map(difference, false);
        double terms = whole.terms() * prediction.size(1) * (masked ? tiles : 1);
        Tensor sum = map.mul(masked ? weights(halfMasks, prediction.size(0)) : columnCounts)
                .sum();
        // An averaged map stands for every image that went into it.
        double copies = masked || !config.averageSpectrum() ? 1 : prediction.size(0);
        Tensor frequencies = Tensors.multiply(sum, 1 / terms * copies * config.frequencyWeight());
        return pixels.isPresent() ? frequencies.add(pixels.get()) : frequencies;
    }

    /**
     * The loss of each image as if it were a batch of its own: (N), for pictures and files.
     *
     * @param prediction as for {@link #of}, like the others
     */
    public Tensor ofEach(Tensor prediction, Tensor target, Tensor halfMasks) {
        Tensor difference = prediction.sub(target);
        double valuesPerImage = binsPerImage * prediction.size(1);
        Optional<Tensor> pixels = pixels(difference)
                .map(each -> Tensors.multiply(sumOfEach(each), config.pixelWeight() / valuesPerImage));
        if (config.frequencyWeight() == 0) {
            return pixels.orElseThrow();
        }
        Tensor map = distance.map(difference, true);
        Tensor sums = masked ? sumOfEach(map.mul(shares(removed(halfMasks)))) : sumOfEach(map.mul(columnCounts));
        double terms = masked ? (double) prediction.size(1) * tiles : valuesPerImage;
        Tensor frequencies = Tensors.multiply(sums, config.frequencyWeight() / terms);
        return pixels.isPresent() ? frequencies.add(pixels.get()) : frequencies;
    }

    /** What each bin of the map counts with, for the target {@code masked}. */
    private Tensor weights(Tensor halfMasks, long images) {
        Tensor removed = removed(halfMasks);
        Tensor weights = perImage ? shares(removed) : removed;
        // One averaged map is summed against every image's mask.
        return config.averageSpectrum() && images > 1
                ? weights.sum(new long[] {0}, true, new ScalarTypeOptional())
                : weights;
    }

    /** How often each removed bin stands in the full spectrum, with an axis for tiles where the map has one. */
    private Tensor removed(Tensor halfMasks) {
        Tensor removed = Tensors.oneMinus(halfMasks).mul(columnCounts);
        return tiles == 1 ? removed : removed.unsqueeze(1);
    }

    /** The same as a share of all that are removed from the image; an image that has lost nothing has no loss. */
    private static Tensor shares(Tensor removed) {
        long[] axes = new long[(int) removed.dim() - 1];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i + 1L;
        }
        Tensor sums = removed.sum(axes, true, new ScalarTypeOptional());
        return removed.div(sums.clamp_min(new Scalar(1.0)));
    }

    private static Tensor sumOfEach(Tensor values) {
        return Tensors.sum(values.flatten(1, -1), 1);
    }

    /** Distance at each pixel, where it counts: (N, C, H, W). */
    private Optional<Tensor> pixels(Tensor difference) {
        if (config.pixel() == LossConfig.PixelDistance.NONE || config.pixelWeight() == 0) {
            return Optional.empty();
        }
        return Optional.of(
                config.pixel() == LossConfig.PixelDistance.L1 ? difference.abs() : difference.mul(difference));
    }

    @Override
    public void close() {
        columnCounts.close();
    }
}
