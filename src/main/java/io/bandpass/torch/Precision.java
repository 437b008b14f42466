package io.bandpass.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The type of the encoder's and decoder's matrix products. Masks, FFT, loss, optimizer and master weights are float32
 * in either case.
 */
public enum Precision {
    FP32,
    BF16;

    /** How many times faster bf16 products must be before casting to and from them pays. */
    private static final double WORTHWHILE = 1.3;

    /** Below this there is no need to measure on: a CPU without bf16 units is some 50 times slower. */
    private static final double HOPELESS = 0.5;

    private static final int PROBE_SIZE = 512;
    private static final int PROBE_PRODUCTS = 2;
    private static final int PROBE_ROUNDS = 20;

    /** Large enough that a product runs as fast as it ever does, and takes no more than a moment. */
    private static final int RATE_SIZE = 2048;

    private static final int RATE_REPETITIONS = 7;

    /** The word in configurations: {@code fp32} or {@code bf16}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The precision for {@code auto}, {@code fp32} or {@code bf16}; {@code auto} is decided by a short measurement. */
    public static Precision choose(String choice, Device device) {
        return switch (choice) {
            case "fp32" -> FP32;
            case "bf16" -> BF16;
            default -> speedOfBf16(device) >= WORTHWHILE ? BF16 : FP32;
        };
    }

    /** How many times as fast bf16 matrix products run as float32 ones, on this device, now. */
    public static double speedOfBf16(Device device) {
        try (PointerScope scope = new PointerScope()) {
            Tensor wide = torch.rand(
                    new long[] {PROBE_SIZE, PROBE_SIZE}, KeyedRandom.generator(0), new TensorOptions(ScalarType.Float));
            Tensor a = Tensors.to(wide, device);
            Tensor b = a.to(ScalarType.BFloat16);
            double fp32 = Double.POSITIVE_INFINITY;
            double bf16 = Double.POSITIVE_INFINITY;
            // The fastest of many rounds: what else the machine does must not decide what a run computes.
            for (int round = 0; round < PROBE_ROUNDS && (round < 2 || fp32 / bf16 > HOPELESS); round++) {
                fp32 = Math.min(fp32, seconds(a));
                bf16 = Math.min(bf16, seconds(b));
            }
            return fp32 / bf16;
        }
    }

    /**
     * How fast large matrix products of this precision run on this device, now: one rate in GFLOP/s per repetition. Where
     * bf16 is hopelessly slow the products are smaller, so that this takes a moment there too.
     *
     * @param seconds after which no repetition is begun, but for the first
     */
    public List<Double> productRates(Device device, double seconds) {
        long size = this == BF16 && speedOfBf16(device) < HOPELESS ? PROBE_SIZE : RATE_SIZE;
        try (PointerScope scope = new PointerScope()) {
            Tensor wide =
                    torch.rand(new long[] {size, size}, KeyedRandom.generator(0), new TensorOptions(ScalarType.Float));
            Tensor matrix = Tensors.to(wide, device).to(this == BF16 ? ScalarType.BFloat16 : ScalarType.Float);
            // The first one prepares kernels and memory.
            seconds(matrix);
            List<Double> rates = new ArrayList<>();
            long start = System.nanoTime();
            while (rates.isEmpty()
                    || (rates.size() < RATE_REPETITIONS && (System.nanoTime() - start) / 1e9 < seconds)) {
                rates.add(PROBE_PRODUCTS * 2.0 * size * size * size / seconds(matrix) / 1e9);
            }
            return rates;
        }
    }

    /** Seconds of {@link #PROBE_PRODUCTS} products. */
    private static double seconds(Tensor matrix) {
        try (PointerScope scope = new PointerScope()) {
            long start = System.nanoTime();
            Tensor product = torch.matmul(torch.matmul(matrix, matrix), matrix);
            // Reading a value waits for the device.
            product.select(0, 0).select(0, 0).to(ScalarType.Float).item_float();
            return (System.nanoTime() - start) / 1e9;
        }
    }

    /** Runs a forward pass in this precision; its result is float32. */
    public Tensor forward(Device device, Supplier<Tensor> pass) {
        return run(device, pass).to(ScalarType.Float);
    }

    /**
     * Runs a computation in this precision; its result has the type in which it comes out. Weights are cast once: calls
     * within a call share what was cast, until the outermost ends.
     */
    public <T> T run(Device device, Supplier<T> computation) {
        DeviceType type = device.is_cuda() ? DeviceType.CUDA : DeviceType.CPU;
        if (this == FP32 || torch.is_autocast_enabled(type)) {
            return computation.get();
        }
        // A switch of the calling thread: off again before any FFT, which has no bf16 form.
        torch.set_autocast_dtype(type, ScalarType.BFloat16);
        torch.set_autocast_enabled(type, true);
        try {
            return computation.get();
        } finally {
            torch.set_autocast_enabled(type, false);
            torch.clear_cache();
        }
    }
}
