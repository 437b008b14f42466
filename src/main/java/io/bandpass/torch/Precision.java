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
 * Data type of the encoder's and decoder's matrix products. Masks, FFT, loss, optimizer and master weights are float32
 * in either case.
 */
public enum Precision {
    FP32,
    BF16;

    /** Minimum speedup of bf16 products that makes up for casting to and from them. */
    private static final double WORTHWHILE = 1.3;

    /** Below this speedup the measurement stops early: a CPU without bf16 units is some 50 times slower. */
    private static final double HOPELESS = 0.5;

    private static final int PROBE_SIZE = 512;
    private static final int PROBE_PRODUCTS = 2;
    private static final int PROBE_ROUNDS = 20;

    /** Large enough for peak throughput, small enough to take only a moment. */
    private static final int RATE_SIZE = 2048;

    private static final int RATE_REPETITIONS = 7;

    /** Name in configurations: {@code fp32} or {@code bf16}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the precision for {@code auto}, {@code fp32} or {@code bf16}; {@code auto} is decided by a short
     * benchmark.
     */
    public static Precision choose(String choice, Device device) {
        return switch (choice) {
            case "fp32" -> FP32;
            case "bf16" -> BF16;
            case "auto" -> speedOfBf16(device) >= WORTHWHILE ? BF16 : FP32;
            default ->
                throw new IllegalArgumentException("precision is '" + choice + "', but must be auto, fp32 or bf16");
        };
    }

    /** Measures the speedup of bf16 matrix products over float32 ones on this device. */
    public static double speedOfBf16(Device device) {
        try (PointerScope scope = new PointerScope()) {
            Tensor wide = torch.rand(
                    new long[] {PROBE_SIZE, PROBE_SIZE}, KeyedRandom.generator(0), new TensorOptions(ScalarType.Float));
            Tensor a = Tensors.to(wide, device);
            Tensor b = a.to(ScalarType.BFloat16);
            double fp32 = Double.POSITIVE_INFINITY;
            double bf16 = Double.POSITIVE_INFINITY;
            // The fastest of many rounds, so that other load on the machine does not decide the precision.
            for (int round = 0; round < PROBE_ROUNDS && (round < 2 || fp32 / bf16 > HOPELESS); round++) {
                fp32 = Math.min(fp32, seconds(a));
                bf16 = Math.min(bf16, seconds(b));
            }
            return fp32 / bf16;
        }
    }

    /**
     * Measures the throughput of large matrix products in this precision on this device, in GFLOP/s per repetition. If
     * bf16 is hopelessly slow the products are smaller, to keep the measurement short.
     *
     * @param seconds time limit after which no further repetition starts; at least one runs
     */
    public List<Double> productRates(Device device, double seconds) {
        long size = this == BF16 && speedOfBf16(device) < HOPELESS ? PROBE_SIZE : RATE_SIZE;
        try (PointerScope scope = new PointerScope()) {
            Tensor wide =
                    torch.rand(new long[] {size, size}, KeyedRandom.generator(0), new TensorOptions(ScalarType.Float));
            Tensor matrix = Tensors.to(wide, device).to(this == BF16 ? ScalarType.BFloat16 : ScalarType.Float);
            // The first product prepares kernels and memory.
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

    /** Duration of {@link #PROBE_PRODUCTS} products, in seconds. */
    private static double seconds(Tensor matrix) {
        try (PointerScope scope = new PointerScope()) {
            long start = System.nanoTime();
            Tensor product = torch.matmul(torch.matmul(matrix, matrix), matrix);
            // Reading a value synchronises with the device.
            product.select(0, 0).select(0, 0).to(ScalarType.Float).item_float();
            return (System.nanoTime() - start) / 1e9;
        }
    }

    /** Runs a forward pass in this precision and casts its result to float32. */
    public Tensor forward(Device device, Supplier<Tensor> pass) {
        return run(device, pass).to(ScalarType.Float);
    }

    /**
     * Runs a computation in this precision without casting its result. Weights are cast once: nested calls share the
     * autocast cache, which is cleared when the outermost call ends.
     */
    public <T> T run(Device device, Supplier<T> computation) {
        DeviceType type = device.is_cuda() ? DeviceType.CUDA : DeviceType.CPU;
        if (this == FP32 || torch.is_autocast_enabled(type)) {
            return computation.get();
        }
        // Autocast is a thread-local switch; it must be off again before any FFT, which has no bf16 kernel.
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
