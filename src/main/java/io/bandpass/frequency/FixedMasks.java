package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The paper's masks: a complementary high-pass and low-pass pair shared by all images. */
final class FixedMasks implements MaskFamily {
    private static final int HIGH = 0;
    private static final int LOW = 1;

    /** (2, H, W/2 + 1), DC first: high-pass, low-pass. */
    private final Tensor half;

    private final double[] removedBins = new double[2];

    FixedMasks(RadialMask shape, int height, int width, double radius, double outerRadius, Device device) {
        try (PointerScope scope = new PointerScope()) {
            // (2, H, W)
            Tensor both = torch.stack(new TensorVector(
                    shape.highPass(height, width, radius, outerRadius),
                    shape.lowPass(height, width, radius, outerRadius)));
            // All bins that are not kept are removed; the sum is exact in float64.
            for (int row : new int[] {HIGH, LOW}) {
                double kept = 0;
                for (float keep : Tensors.toFloats(both.select(0, row))) {
                    kept += keep;
                }
                removedBins[row] = height * (double) width - kept;
            }
            half = Tensors.keep(Tensors.to(Spectrum.halfOf(both).contiguous(), device));
        }
    }

    @Override
    public boolean dependsOnImages() {
        return false;
    }

    @Override
    public double removedBins(MaskDraws draws, Tensor halfMasks) {
        double sum = 0;
        for (boolean low : draws.lowPass()) {
            sum += removedBins[low ? LOW : HIGH];
        }
        return sum;
    }

    @Override
    public Tensor halfMasks(Tensor images, MaskDraws draws) {
        long[] rows = new long[draws.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = draws.lowPass()[i] ? LOW : HIGH;
        }
        Tensor index = Tensors.to(Tensors.ofLongs(rows, rows.length), half.device());
        return half.index_select(0, index).unsqueeze(1); // (N, 1, H, W/2 + 1)
    }

    @Override
    public void close() {
        half.close();
    }
}
