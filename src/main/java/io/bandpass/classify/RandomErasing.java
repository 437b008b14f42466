package io.bandpass.classify;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Random erasing (Zhong et al., 2020) in timm's mode {@code pixel}: with some probability, one box of an image is
 * replaced with standard normal noise, independent per pixel and channel. Box and noise are a pure function of (seed,
 * epoch, draw), where the draw is the image's index, or a key for the image and its repetition.
 */
public final class RandomErasing {
    private static final double SMALLEST_AREA = 0.02;
    private static final double LARGEST_AREA = 1 / 3.0;
    private static final double LOG_ASPECT = Math.log(1 / 0.3);
    private static final int TRIES = 10;

    /** Random draws for an image; {@code numbers} seeds the noise. */
    private record Draw(Box box, long numbers) {}

    private final double probability;
    private final long seed;

    /**
     * Creates the erasing of a run.
     *
     * @param probability that a box of an image is erased
     */
    public RandomErasing(double probability, long seed) {
        this.probability = probability;
        this.seed = seed;
    }

    /**
     * Returns a copy of the images with a box erased in some.
     *
     * @param normalised (n, C, H, W), float, on any device
     * @param epoch from 0
     * @param draws random keys of the images
     */
    public Tensor apply(Tensor normalised, long epoch, int[] draws) {
        return Tensors.scoped(() -> {
            Tensor erased = normalised.clone();
            int height = (int) normalised.size(2);
            int width = (int) normalised.size(3);
            for (int i = 0; i < draws.length; i++) {
                int row = i;
                draw(epoch, draws[i], height, width).ifPresent(draw -> erase(erased.select(0, row), draw));
            }
            return erased;
        });
    }

    /** Returns the box to erase in an image of this size, if any. */
    public Optional<Box> box(long epoch, int draw, int height, int width) {
        return draw(epoch, draw, height, width).map(Draw::box);
    }

    private static void erase(Tensor image, Draw draw) {
        try (PointerScope scope = new PointerScope()) {
            Tensor region = draw.box().of(image);
            // Drawn on the host, so that all devices produce the same noise.
            region.copy_(torch.randn(Tensors.shape(region), KeyedRandom.generator(draw.numbers())));
        }
    }

    private Optional<Draw> draw(long epoch, int draw, int height, int width) {
        SplittableRandom random = KeyedRandom.of(seed, Purpose.ERASING, epoch, draw);
        if (random.nextDouble() >= probability) {
            return Optional.empty();
        }
        for (int i = 0; i < TRIES; i++) {
            double share = SMALLEST_AREA + (LARGEST_AREA - SMALLEST_AREA) * random.nextDouble();
            double area = share * height * width;
            double aspect = Math.exp(LOG_ASPECT * (2 * random.nextDouble() - 1));
            int h = (int) Math.rint(Math.sqrt(area * aspect));
            int w = (int) Math.rint(Math.sqrt(area / aspect));
            if (h > 0 && w > 0 && h < height && w < width) {
                Box box = new Box(random.nextInt(height - h + 1), random.nextInt(width - w + 1), h, w);
                return Optional.of(new Draw(box, random.nextLong()));
            }
        }
        return Optional.empty();
    }
}
