package io.bandpass.torch;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Where and how encoders and decoders are computed.
 *
 * @param device taken out of the scope in which it was made
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
     * What a person asks for.
     *
     * @param precision {@code auto}, {@code fp32} or {@code bf16}; {@code auto} is decided by a short measurement
     */
    public static Compute of(Device device, String precision) {
        return new Compute(device, Precision.choose(precision, device));
    }

    /** Threads that compute for the calling thread on the CPU. */
    public int threads() {
        return torch.get_num_threads();
    }

    /** The word for the device: {@code cpu} or {@code cuda}. */
    public String deviceWord() {
        return device.is_cuda() ? "cuda" : "cpu";
    }

    /** Runs a forward pass in the precision; its result is float32. */
    public Tensor forward(Supplier<Tensor> pass) {
        return precision.forward(device, pass);
    }

    /** Runs a computation in the precision, as {@link Precision#run} does. */
    public <T> T run(Supplier<T> computation) {
        return precision.run(device, computation);
    }
}
