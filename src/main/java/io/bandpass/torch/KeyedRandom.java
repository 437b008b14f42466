package io.bandpass.torch;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Random numbers that are a pure function of a key. Bandpass never draws from a running generator: everything random
 * about an image depends on (seed, epoch, index) and everything random about a step on (seed, step). Neither the number
 * of threads nor resuming can change it, and checkpoints need no generator state.
 */
public final class KeyedRandom {
    /**
     * Purpose of the numbers; two purposes with the same key are independent. Changing a constant changes every run.
     */
    public enum Purpose {
        INITIALISATION(1),
        ORDER(2),
        AUGMENTATION(3),
        MASK(4),
        STEP(5),
        HOLD_OUT(6),
        PROBE(7),
        DEGRADATION(8),
        LABELS(9),
        ERASING(10),
        MIXING(11),
        CORRUPTION(12),
        ATTACK(13),
        FOURIER_SIGNS(20),
        BAND_NOISE(21);

        private final long constant;

        Purpose(long constant) {
            this.constant = constant;
        }
    }

    private KeyedRandom() {}

    /** Returns a generator for this key. */
    public static SplittableRandom of(long seed, Purpose purpose, long... key) {
        return new SplittableRandom(hash(seed, purpose, key));
    }

    /** Returns a 64-bit hash of this key. */
    public static long hash(long seed, Purpose purpose, long... key) {
        long state = mix(seed ^ mix(purpose.constant));
        for (long part : key) {
            state = mix(state + 0x9E3779B97F4A7C15L + mix(part));
        }
        return state;
    }

    /** Returns a 64-bit hash of a text key, such as the name of a parameter. */
    public static long hash(long seed, Purpose purpose, String key) {
        long state = hash(seed, purpose);
        for (byte part : key.getBytes(StandardCharsets.UTF_8)) {
            state = mix(state + 0x9E3779B97F4A7C15L + part);
        }
        return state;
    }

    /** Returns a LibTorch CPU generator with this seed, in the type that LibTorch's random operators take. */
    public static GeneratorOptional generator(long seed) {
        Generator generator = torch.make_generator_cpu();
        generator.set_current_seed(seed);
        return new GeneratorOptional(generator);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a bijection with good avalanche. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
