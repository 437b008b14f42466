package io.bandpass.robust;

import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.MaskDraws;
import io.bandpass.frequency.RadialMask;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.util.Locale;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Noise whose frequencies lie in one ring around DC, with the same energy in each channel of each image. */
public final class BandNoise implements AutoCloseable {
    private final FrequencyFilter ring;
    private final double norm;

    /**
     * Creates the noise of the ring {@code radius <= distance < outerRadius}.
     *
     * @param norm L2 norm of each channel
     * @throws IllegalArgumentException if no frequency of images of this size lies in the ring
     */
    public BandNoise(int height, int width, double radius, double outerRadius, double norm, Device device) {
        if (isEmpty(height, width, radius, outerRadius)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "no frequency of images of %d x %d pixels is from %s to below %s bins from DC",
                    width,
                    height,
                    radius,
                    outerRadius));
        }
        this.norm = norm;
        ring = FrequencyFilter.radial(RadialMask.CIRCLE, height, width, radius, outerRadius, false, device);
    }

    private static boolean isEmpty(int height, int width, double radius, double outerRadius) {
        try (PointerScope scope = new PointerScope()) {
            return RadialMask.CIRCLE
                            .highPass(height, width, radius, outerRadius)
                            .sum()
                            .item_double()
                    == 0;
        }
    }

    /**
     * Returns the noise that is left of white noise in the ring, scaled to the norm.
     *
     * @param white (N, C, H, W), float, on the device of the ring
     */
    public Tensor of(Tensor white) {
        return Tensors.scoped(() -> {
            // The ring is what "low-pass" masks remove.
            boolean[] inside = new boolean[Math.toIntExact(white.size(0))];
            Tensor noise = ring.keep(white, ring.halfMasks(white, MaskDraws.middle(inside)));
            Tensor norms = noise.norm(new ScalarOptional(new Scalar(2)), new long[] {2, 3}, true); // (N, C, 1, 1)
            return Tensors.multiply(noise.div(norms), norm);
        });
    }

    /**
     * Returns a source of white noise (N, 3, height, width), standard normal, float32 on the CPU, for images by their
     * indices: a pure function of the seed and the index, the same for every ring.
     */
    static Function<int[], Tensor> white(int height, int width, long seed) {
        return indices -> Tensors.scoped(() -> {
            Tensor all = Tensors.empty(ScalarType.Float, indices.length, FourierSigns.CHANNELS, height, width);
            for (int i = 0; i < indices.length; i++) {
                try (PointerScope scope = new PointerScope()) {
                    long[] shape = {FourierSigns.CHANNELS, height, width};
                    long key = KeyedRandom.hash(seed, Purpose.BAND_NOISE, indices[i]);
                    all.select(0, i).copy_(torch.randn(shape, KeyedRandom.generator(key)));
                }
            }
            return all;
        });
    }

    @Override
    public void close() {
        ring.close();
    }
}
