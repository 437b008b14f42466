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
 * The number of compute threads for convolutional encoders in bf16. oneDNN's kernel for the gradient of their weights
 * keeps threads waiting for each other at full speed: where another program takes a core, all of them wait for the one that
 * does not run, and several threads are many times slower than one.
 */
public final class ConvolutionThreads {
    private static final int ROUNDS = 10;
    private static final double LONGEST_SECONDS = 2;

    private static final long IMAGES = 8;
    private static final long CHANNELS = 64;
    private static final long SIDE = 28;
    private static final long KERNEL = 3;

    private ConvolutionThreads() {}

    /** All threads or one, whichever makes a convolution forth and back sooner on this device, now; sets neither. */
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
     * All threads or one; after the time for measuring is up, no round is begun.
     *
     * @param seconds that a computation takes with a number of threads
     */
    static int choose(int all, IntToDoubleFunction seconds) {
        if (all == 1) {
            return 1;
        }
        List<Double> together = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        double spent = 0;
        // In turns, so that what comes and goes meets both.
        for (int round = 0; round < ROUNDS && spent < LONGEST_SECONDS; round++) {
            double withAll = seconds.applyAsDouble(all);
            double withOne = seconds.applyAsDouble(1);
            spent += withAll + withOne;
            together.add(withAll);
            alone.add(withOne);
        }
        return median(together) <= median(alone) ? all : 1;
    }

    /** Of all rounds but the first, which prepares kernels, where there are others. */
    private static double median(List<Double> values) {
        List<Double> counted =
                values.stream().skip(values.size() > 1 ? 1 : 0).sorted().toList();
        return counted.get(counted.size() / 2);
    }
}
