package io.bandpass.nn;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Weight initialisation (method.md section 3). Each tensor is drawn from its own generator, keyed by the seed and its
 * full name, so that adding a layer leaves all others unchanged.
 */
public final class Initialisation {
    private Initialisation() {}

    /**
     * Fills a tensor from a normal distribution with mean 0, truncated at {@code cut} standard deviations.
     *
     * @param cut in standard deviations
     */
    public static void truncatedNormal(Tensor tensor, double std, double cut, long seed, String name) {
        // Inverse transform sampling: uniform between the tails, then the normal quantile function.
        double tail = erf(cut / Math.sqrt(2));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            tensor.uniform_(-tail, tail, generator(seed, name));
            tensor.erfinv_().mul_(new Scalar(std * Math.sqrt(2)));
            tensor.clamp_(new ScalarOptional(new Scalar(-std * cut)), new ScalarOptional(new Scalar(std * cut)));
        }
    }

    /** Fills a tensor from a normal distribution with mean 0. */
    public static void normal(Tensor tensor, double std, long seed, String name) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            tensor.normal_(0, std, generator(seed, name));
        }
    }

    /** Kaiming normal for ReLU, fan-out mode (He et al., 2015): std sqrt(2 / (outputs * kernel area)). */
    public static void kaimingNormalFanOut(Tensor weight, long seed, String name) {
        double fanOut = weight.size(0) * (double) weight.size(2) * weight.size(3);
        normal(weight, Math.sqrt(2 / fanOut), seed, name);
    }

    /**
     * LibTorch's default for the linear and convolution layers of a tree: weight and bias uniform within +-1 /
     * sqrt(fan-in).
     */
    public static void libtorchDefault(Layer layer, String prefix, long seed) {
        double bound = 0;
        for (Parameter parameter : layer.parameters()) {
            Tensor tensor = parameter.tensor();
            if (tensor.dim() > 1) {
                bound = 1 / Math.sqrt(tensor.numel() / (double) tensor.size(0));
            }
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                tensor.uniform_(-bound, bound, generator(seed, prefix + parameter.name()));
            }
        }
    }

    /** Fills a tensor with a constant. */
    public static void constant(Tensor tensor, double value) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            tensor.fill_(new Scalar(value));
        }
    }

    private static GeneratorOptional generator(long seed, String name) {
        return KeyedRandom.generator(KeyedRandom.hash(seed, Purpose.INITIALISATION, name));
    }

    private static double erf(double x) {
        try (PointerScope scope = new PointerScope()) {
            return torch.erf(Tensor.create(x)).item_double();
        }
    }
}
