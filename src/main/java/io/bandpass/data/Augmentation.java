package io.bandpass.data;

import io.bandpass.config.AugmentConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * RandomResizedCrop with bicubic antialiased resizing, and a horizontal flip: a pure function of (seed, epoch, index).
 */
public final class Augmentation {
    private static final int TRIES = 10;

    /**
     * A reduced crop has at least so many times the pixels of the result along each axis. With less the result differs
     * more from that of the whole crop: see docs/method.md, section 5.
     */
    private static final double SPARE = 1.5;

    private static final int LARGEST_REDUCTION = 8;

    private record Crop(int top, int left, int height, int width) {}

    private final AugmentConfig config;
    private final int size;
    private final long seed;

    /**
     * The augmentation of a run.
     *
     * @param size edge of the images that it makes
     */
    public Augmentation(AugmentConfig config, int size, long seed) {
        this.config = config;
        this.size = size;
        this.seed = seed;
    }

    public int size() {
        return size;
    }

    /** How much smaller an image may be decoded for the crop that it will get. */
    Reduction reduction(long epoch, int index) {
        return (height, width) -> {
            Crop crop = crop(random(epoch, index), height, width);
            int factor = LARGEST_REDUCTION;
            while (factor > 1 && Math.min(crop.height(), crop.width()) < SPARE * factor * size) {
                factor /= 2;
            }
            return factor;
        };
    }

    /** One image as the encoder's task will see it: (3, size, size), uint8. */
    Tensor apply(RgbImage image, long epoch, int index) {
        SplittableRandom random = random(epoch, index);
        Crop crop = crop(random, image.height(), image.width());
        Tensor part = image.part(crop.top(), crop.left(), crop.height(), crop.width());
        Tensor resized = Resize.bicubic(part, size, size).squeeze(0);
        return random.nextDouble() < config.flipProbability() ? resized.flip(2) : resized;
    }

    private SplittableRandom random(long epoch, int index) {
        return KeyedRandom.of(seed, Purpose.AUGMENTATION, epoch, index);
    }

    /** As torchvision's: area uniform, aspect ratio log-uniform; where ten tries do not fit, the middle. */
    private Crop crop(SplittableRandom random, int height, int width) {
        double logLow = Math.log(config.cropAspect().get(0));
        double logHigh = Math.log(config.cropAspect().get(1));
        for (int i = 0; i < TRIES; i++) {
            double area = height
                    * (double) width
                    * between(
                            random, config.cropArea().get(0), config.cropArea().get(1));
            double aspect = Math.exp(between(random, logLow, logHigh));
            int w = (int) Math.rint(Math.sqrt(area * aspect));
            int h = (int) Math.rint(Math.sqrt(area / aspect));
            if (w > 0 && h > 0 && w <= width && h <= height) {
                return new Crop(random.nextInt(height - h + 1), random.nextInt(width - w + 1), h, w);
            }
        }
        double ratio = width / (double) height;
        int w = ratio > config.cropAspect().get(1)
                ? (int) Math.rint(height * config.cropAspect().get(1))
                : width;
        int h = ratio < config.cropAspect().get(0)
                ? (int) Math.rint(width / config.cropAspect().get(0))
                : height;
        w = Math.max(1, w);
        h = Math.max(1, h);
        return new Crop((height - h) / 2, (width - w) / 2, h, w);
    }

    private static double between(SplittableRandom random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
