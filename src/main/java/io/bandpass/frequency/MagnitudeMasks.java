package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masks that keep the strongest frequencies of each image, or all others: Com and RCom of FOLK (ICLR 2025; method.md
 * section 1). An image keeps the fraction q of bins with the largest magnitudes in its grey version, q being drawn from
 * a list, and uses this mask for all channels. Conjugate pairs stay together: of the pair at the limit both bins are
 * kept, so an image keeps rint(q * H * W) bins or one more.
 */
final class MagnitudeMasks implements MaskFamily {
    /** ITU-R 601 luma. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};
    /** Maximum number of self-conjugate bins in a spectrum: rows 0 and H/2 of columns 0 and W/2. */
    private static final int UNPAIRED = 4;

    private final int height;
    private final int width;
    private final List<Double> fractions;
    private final ConjugatePairs pairs;
    private final Tensor luma;
    private final Tensor columnCounts;

    MagnitudeMasks(int height, int width, List<Double> fractions, Device device) {
        this.height = height;
        this.width = width;
        this.fractions = List.copyOf(fractions);
        pairs = new ConjugatePairs(height, width, device);
        try (PointerScope scope = new PointerScope()) {
            luma = Tensors.keep(Tensors.to(Tensors.ofFloats(LUMA, 3, 1, 1), device));
            columnCounts = Tensors.keep(Tensors.to(Spectrum.columnCounts(width), device));
        }
    }

    @Override
    public boolean dependsOnImages() {
        return true;
    }

    /** Minimum number of kept bins for the number drawn for an image. */
    private long kept(double uniform) {
        double fraction = fractions.get((int) (uniform * fractions.size()));
        return Math.max(1, (long) Math.rint(fraction * height * width));
    }

    @Override
    public Tensor halfMasks(Tensor images, MaskDraws draws) {
        int count = draws.size();
        float[] limits = new float[count];
        float[] low = new float[count];
        long most = 0;
        for (int i = 0; i < count; i++) {
            long kept = kept(draws.uniform()[i]);
            limits[i] = kept;
            low[i] = draws.lowPass()[i] ? 1 : 0;
            most = Math.max(most, kept);
        }
        Tensor strongest = strongest(images, limits, most);
        Tensor isLow = Tensors.to(Tensors.ofFloats(low, count, 1).to(ScalarType.Bool), luma.device());
        Tensor keep = strongest.logical_xor(isLow.logical_not()).to(ScalarType.Float);
        return keep.view(count, 1, height, width / 2 + 1); // (N, 1, H, W/2 + 1)
    }

    /** Whether each bin is among the strongest: boolean (N, H * (W/2 + 1)). */
    private Tensor strongest(Tensor images, float[] limits, long most) {
        Tensor grey = Tensors.sum(images.mul(luma), 1); // (N, H, W)
        Tensor magnitudes = pairs.ofBins(Spectrum.forward(grey).abs().flatten(1, -1)); // (N, pairs)
        // Pairs count twice, so about half as many pairs as bins are needed.
        long candidates = Math.min(pairs.count(), (most + UNPAIRED + 1) / 2);
        T_TensorTensor_T ordered = torch.topk(magnitudes, candidates, 1, true, true);
        Tensor strongestPairs = ordered.get1();
        // (N, candidates)
        Tensor sizes = pairs.sizes().index_select(0, strongestPairs.flatten()).view(limits.length, candidates);
        Tensor keptBefore = sizes.cumsum(1).sub(sizes);
        Tensor limit = Tensors.to(Tensors.ofFloats(limits, limits.length, 1), luma.device());
        Tensor chosen = keptBefore.lt(limit);
        Tensor none = torch.zeros_like(magnitudes).to(ScalarType.Bool);
        return pairs.toBins(none.scatter(1, strongestPairs, chosen));
    }

    @Override
    public double removedBins(MaskDraws draws, Tensor halfMasks) {
        // Counted per image: a float32 sum is exact up to 2^24.
        Tensor removed = Tensors.sum(Tensors.oneMinus(halfMasks).mul(columnCounts), 1, 2, 3); // (N)
        double sum = 0;
        for (double count : Tensors.toDoubles(removed)) {
            sum += count;
        }
        return sum;
    }

    @Override
    public void close() {
        pairs.close();
        luma.close();
        columnCounts.close();
    }
}
