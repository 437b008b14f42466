package io.bandpass.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Chooses the number of compute threads for convolutional encoders in bf16. In oneDNN's weight-gradient kernel threads
 * busy-wait for each other: when another program takes a core, all of them wait for the one that is not running, and
 * several threads are many times slower than one.
 */
public final class ConvolutionThreads {
    private static final int ROUNDS = 10;
    private static final double LONGEST_SECONDS = 2;

    private static final long IMAGES = 8;
    private static final long CHANNELS = 64;
    private static final long SIDE = 28;
    private static final long KERNEL = 3;

    private ConvolutionThreads() {}

    /**
     * Returns all threads or one, whichever currently runs a convolution's forward and backward pass faster on this
     * device. The caller sets the number.
     */
    public static int choose(int all, Compute compute) {
        try (PointerScope scope = new PointerScope()) {
            Tensor images = Tensors.to(random(IMAGES, CHANNELS, SIDE, SIDE), compute.device());
            Tensor weight = Tensors.to(random(CHANNELS, CHANNELS, KERNEL, KERNEL), compute.device());
            images.set_requires_grad(true);
            weight.set_requires_grad(true);
            return choose(all, threads -> {
                Engine.start(threads);
                long start = System.nanoTime();
                try (PointerScope round = new PointerScope()) {
                    compute.forward(() -> torch.conv2d(images, weight)).sum().backward();
                }
                return (System.nanoTime() - start) / 1e9;
            });
        }
    }

    private static Tensor random(long... shape) {
        return torch.rand(shape, KeyedRandom.generator(0), new TensorOptions(ScalarType.Float));
    }

    /**
     * Returns all threads or one. Starts no further round once the time budget is spent.
     *
     * @param seconds duration of the computation for a number of threads
     */
    static int choose(int all, IntToDoubleFunction seconds) {
        if (all == 1) {
            return 1;
        }
        List<Double> together = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        double spent = 0;
        // Interleaved, so that passing load affects both measurements.
        for (int round = 0; round < ROUNDS && spent < LONGEST_SECONDS; round++) {
            double withAll = seconds.applyAsDouble(all);
            double withOne = seconds.applyAsDouble(1);
            spent += withAll + withOne;
            together.add(withAll);
            alone.add(withOne);
        }
        return median(together) <= median(alone) ? all : 1;
    }

    /** Median over all rounds except the first, which prepares kernels, unless it is the only one. */
    private static double median(List<Double> values) {
        List<Double> counted =
                values.stream().skip(values.size() > 1 ? 1 : 0).sorted().toList();
        return counted.get(counted.size() / 2);
    }
}
