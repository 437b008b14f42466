package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Per-channel normalisation of the encoder's input, (x - mean) / std, and its inverse. */
public final class Normalisation implements AutoCloseable {
    private final Tensor mean;
    private final Tensor std;

    /**
     * Creates a normalisation on a device.
     *
     * @param mean of each channel, of values in [0, 1]
     * @param std of each channel
     */
    public Normalisation(List<Double> mean, List<Double> std, Device device) {
        this.mean = channels(mean, device);
        this.std = channels(std, device);
    }

    private static Tensor channels(List<Double> values, Device device) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        try (PointerScope scope = new PointerScope()) {
            // (1, C, 1, 1)
            return Tensors.keep(Tensors.to(Tensors.ofFloats(floats, 1, floats.length, 1, 1), device));
        }
    }

    /** Converts uint8 (N, C, H, W) on any device to float32 in [0, 1] on the device of this normalisation. */
    public Tensor unit(Tensor bytes) {
        return Tensors.to(bytes, mean.device()).to(ScalarType.Float).div(new Scalar(255));
    }

    /** Normalises images (N, C, H, W) in [0, 1]; float64 stays, with the mean and std of float32. */
    public Tensor apply(Tensor unitImages) {
        return unitImages.sub(mean).div(std);
    }

    /** Maps normalised images (N, C, H, W) back to [0, 1], without clamping. */
    public Tensor invert(Tensor normalised) {
        return normalised.mul(std).add(mean);
    }

    @Override
    public void close() {
        mean.close();
        std.close();
    }
}
