package io.bandpass.attack;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Random numbers of one attack, a function of (seed, attack, image, purpose). */
final class AttackRandom {
    private final long seed;

    /**
     * Creates the random numbers of an attack.
     *
     * @param attack name, so that two attacks draw different numbers
     */
    AttackRandom(String attack, long seed) {
        this.seed = KeyedRandom.hash(seed, Purpose.ATTACK, attack);
    }

    /** Returns a generator for an image and further parts of the key. */
    SplittableRandom of(long... key) {
        return KeyedRandom.of(seed, Purpose.ATTACK, key);
    }

    /** Draws uniform numbers in (-1, 1) in the shape, type and place of the images. */
    Tensor uniform(AttackBatch batch, int attempt) {
        long[] shape = imageShape(batch);
        Tensor[] rows = Arrays.stream(batch.keys())
                .mapToObj(key -> torch.rand(
                        shape,
                        KeyedRandom.generator(KeyedRandom.hash(seed, Purpose.ATTACK, key, attempt)),
                        new TensorOptions(ScalarType.Float)))
                .toArray(Tensor[]::new);
        return like(rows, batch).mul_(new Scalar(2.0)).sub(new Scalar(1.0));
    }

    /** Draws standard normal numbers in the shape, type and place of the images. */
    Tensor normal(AttackBatch batch, int attempt) {
        long[] shape = imageShape(batch);
        Tensor[] rows = Arrays.stream(batch.keys())
                .mapToObj(key -> torch.randn(
                        shape,
                        KeyedRandom.generator(KeyedRandom.hash(seed, Purpose.ATTACK, key, attempt)),
                        new TensorOptions(ScalarType.Float)))
                .toArray(Tensor[]::new);
        return like(rows, batch);
    }

    /** Draws a number for each image, as a tensor (n, 1, 1, 1). */
    Tensor numbers(AttackBatch batch, int attempt, ToDoubleFunction<SplittableRandom> draw) {
        double[] values = Arrays.stream(batch.keys())
                .mapToDouble(key -> draw.applyAsDouble(of(key, attempt, 1)))
                .toArray();
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        Tensor drawn = Tensors.ofFloats(floats, floats.length, 1, 1, 1);
        return drawn.to(batch.images().device(), batch.images().scalar_type());
    }

    private static long[] imageShape(AttackBatch batch) {
        long[] shape = Tensors.shape(batch.images());
        return Arrays.copyOfRange(shape, 1, shape.length);
    }

    private static Tensor like(Tensor[] rows, AttackBatch batch) {
        return torch.stack(new TensorVector(rows), 0)
                .to(batch.images().device(), batch.images().scalar_type());
    }
}
