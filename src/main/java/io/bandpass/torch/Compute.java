package io.bandpass.torch;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Device and precision of encoders and decoders.
 *
 * @param device moved out of the scope in which it was created
 */
public record Compute(Device device, Precision precision) {
    public Compute {
        device = Tensors.kept(device);
    }

    /** The CPU in float32. */
    public static Compute cpu() {
        return new Compute(new Device("cpu"), Precision.FP32);
    }

    /**
     * Returns the compute settings for a device and a configured precision.
     *
     * @param precision {@code auto}, {@code fp32} or {@code bf16}; {@code auto} is decided by a short benchmark
     */
    public static Compute of(Device device, String precision) {
        return new Compute(device, Precision.choose(precision, device));
    }

    /** Number of CPU threads that LibTorch uses for the calling thread. */
    public int threads() {
        return torch.get_num_threads();
    }

    /** Name of the device type: {@code cpu} or {@code cuda}. */
    public String deviceWord() {
        return device.is_cuda() ? "cuda" : "cpu";
    }

    /** Runs a forward pass in this precision and casts its result to float32. */
    public Tensor forward(Supplier<Tensor> pass) {
        return precision.forward(device, pass);
    }

    /** Runs a computation in this precision; see {@link Precision#run}. */
    public <T> T run(Supplier<T> computation) {
        return precision.run(device, computation);
    }
}
