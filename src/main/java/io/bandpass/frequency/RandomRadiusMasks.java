package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masks with a random radius per image, uniform in [lowest, highest). Distances are compared in float32 both on the
 * device and on the host, so the host's counts match the masks.
 */
final class RandomRadiusMasks implements MaskFamily {
    private final RadialMask shape;
    private final double lowest;
    private final double highest;
    private final float outerRank;
    /** (1, 1, H, W/2 + 1), DC first. */
    private final Tensor ranks;
    /** (1, 1, H, W/2 + 1), boolean: inside the outer radius. */
    private final Tensor insideOuter;
    /** Ranks of the full spectrum, ascending. */
    private final float[] sortedRanks;

    RandomRadiusMasks(
            RadialMask shape, int height, int width, double lowest, double highest, double outerRadius, Device device) {
        this.shape = shape;
        this.lowest = lowest;
        this.highest = highest;
        outerRank = (float) shape.rankOf(outerRadius);
        try (PointerScope scope = new PointerScope()) {
            Tensor all = shape.ranks(height, width);
            sortedRanks = Tensors.toFloats(all);
            Arrays.sort(sortedRanks);
            Tensor half = Spectrum.halfOf(all).contiguous().unsqueeze(0).unsqueeze(0); // (1, 1, H, W/2 + 1)
            ranks = Tensors.keep(Tensors.to(half, device));
            Tensor outer = Tensors.ofFloats(new float[] {outerRank}, 1, 1, 1, 1);
            insideOuter = Tensors.keep(Tensors.to(half.lt(outer), device));
        }
    }

    /** Maps a number in [0, 1) to a radius. */
    double radius(double uniform) {
        return Math.min(lowest + uniform * (highest - lowest), Math.nextDown(highest));
    }

    private float rank(double uniform) {
        return (float) shape.rankOf(radius(uniform));
    }

    @Override
    public boolean dependsOnImages() {
        return false;
    }

    @Override
    public Tensor halfMasks(Tensor images, MaskDraws draws) {
        int count = draws.size();
        float[] from = new float[count];
        float[] low = new float[count];
        for (int i = 0; i < count; i++) {
            from[i] = rank(draws.uniform()[i]);
            low[i] = draws.lowPass()[i] ? 1 : 0;
        }
        Tensor thresholds = Tensors.to(Tensors.ofFloats(from, count, 1, 1, 1), ranks.device());
        Tensor isLow = Tensors.to(Tensors.ofFloats(low, count, 1, 1, 1).to(ScalarType.Bool), ranks.device());
        Tensor outside = ranks.ge(thresholds).logical_and(insideOuter); // (N, 1, H, W/2 + 1)
        return outside.logical_xor(isLow).to(ScalarType.Float);
    }

    @Override
    public double removedBins(MaskDraws draws, Tensor halfMasks) {
        double sum = 0;
        for (int i = 0; i < draws.size(); i++) {
            int outside = Math.max(0, below(outerRank) - below(rank(draws.uniform()[i])));
            sum += draws.lowPass()[i] ? outside : sortedRanks.length - outside;
        }
        return sum;
    }

    /** Counts the frequencies with a smaller rank. */
    private int below(float rank) {
        int from = 0;
        int to = sortedRanks.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sortedRanks[middle] < rank) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    @Override
    public void close() {
        ranks.close();
        insideOuter.close();
    }
}
