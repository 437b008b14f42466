package io.bandpass.data;

import io.bandpass.config.AugmentConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ColourJitter;
import io.bandpass.image.DrawnOperation;
import io.bandpass.image.RandAugment;
import io.bandpass.image.Reduction;
import io.bandpass.image.Resize;
import io.bandpass.image.RgbBytes;
import io.bandpass.image.RgbImage;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * RandomResizedCrop with bicubic antialiased resizing, horizontal flip, RandAugment and colour jitter. A pure function
 * of (seed, epoch, draw), where the draw is the index of the image or, with repeated augmentation, identifies the image
 * and its repetition ({@link EpochOrder#draw}).
 */
public final class Augmentation {
    private static final int TRIES = 10;

    /**
     * Minimum ratio of a reduced crop's size to the result, along each axis. Below it the result differs more from that
     * of the full-resolution crop: see docs/method.md, section 5.
     */
    private static final double SPARE = 1.5;

    private static final int LARGEST_REDUCTION = 8;

    private record Crop(int top, int left, int height, int width) {}

    /** All random choices for an image. */
    private record Plan(Crop crop, boolean flipped, List<DrawnOperation> operations) {}

    private final AugmentConfig config;
    private final int size;
    private final long seed;
    private final Optional<RandAugment> randAugment;
    private final Optional<ColourJitter> colourJitter;
    private final byte[] fill;

    /**
     * Creates the augmentation of a run.
     *
     * @param mean fill colour of the pixels that RandAugment moves in from outside the image, in [0, 1]
     * @param size edge of the augmented images
     */
    public Augmentation(AugmentConfig config, List<Double> mean, int size, long seed) {
        this.config = config;
        this.size = size;
        this.seed = seed;
        randAugment =
                config.randAugmentConfig().map(drawn -> new RandAugment(drawn, config.randAugmentInterpolation()));
        colourJitter = Optional.of(config.colourJitter())
                .filter(strength -> strength > 0)
                .map(ColourJitter::new);
        fill = new byte[mean.size()];
        for (int channel = 0; channel < fill.length; channel++) {
            fill[channel] = (byte) Math.max(0, Math.min(255, Math.rint(255 * mean.get(channel))));
        }
    }

    public int size() {
        return size;
    }

    /** Returns the factor by which an image may be decoded smaller, given its crop. */
    public Reduction reduction(long epoch, int draw) {
        return (height, width) -> {
            Crop crop = crop(random(epoch, draw), height, width);
            int factor = LARGEST_REDUCTION;
            while (factor > 1 && Math.min(crop.height(), crop.width()) < SPARE * factor * size) {
                factor /= 2;
            }
            return factor;
        };
    }

    /** Returns the augmented image: (3, size, size), uint8. */
    public Tensor apply(RgbImage image, long epoch, int draw) {
        return apply(image, plan(image, epoch, draw));
    }

    /**
     * Returns the augmented image and a description of the operations applied to it.
     *
     * @throws BadImageException if it cannot be read, with the reason
     */
    public AugmentedImage describe(ImageSource source, int index, long epoch, int draw) throws BadImageException {
        RgbImage image = source.read(index, reduction(epoch, draw));
        Plan plan = plan(image, epoch, draw);
        Crop crop = plan.crop();
        double share = 100.0 * crop.height() * crop.width() / ((double) image.height() * image.width());
        List<String> steps = new ArrayList<>();
        steps.add(String.format(Locale.ROOT, "crop of %.0f %%%s", share, plan.flipped() ? ", flip" : ""));
        plan.operations().forEach(operation -> steps.add(operation.describe()));
        return new AugmentedImage(apply(image, plan), steps);
    }

    private Plan plan(RgbImage image, long epoch, int draw) {
        SplittableRandom random = random(epoch, draw);
        Crop crop = crop(random, image.height(), image.width());
        boolean flipped = random.nextDouble() < config.flipProbability();
        List<DrawnOperation> operations = new ArrayList<>();
        randAugment.ifPresent(augment -> operations.addAll(augment.draw(random)));
        colourJitter.ifPresent(jitter -> operations.addAll(jitter.draw(random)));
        return new Plan(crop, flipped, operations);
    }

    private Tensor apply(RgbImage image, Plan plan) {
        Crop crop = plan.crop();
        Tensor cropped = image.part(crop.top(), crop.left(), crop.height(), crop.width()); // (1, 3, h, w)
        Tensor resized = Resize.bicubic(cropped, size, size).squeeze(0); // (3, size, size)
        Tensor square = plan.flipped() ? resized.flip(2) : resized;
        if (plan.operations().isEmpty()) {
            return square;
        }
        RgbBytes pixels = RgbBytes.of(square);
        for (DrawnOperation operation : plan.operations()) {
            pixels = operation.apply(pixels, fill);
        }
        return pixels.tensor();
    }

    private SplittableRandom random(long epoch, int draw) {
        return KeyedRandom.of(seed, Purpose.AUGMENTATION, epoch, draw);
    }

    /**
     * Draws a crop as torchvision does: area uniform, aspect ratio log-uniform; a centre crop after ten failed tries.
     */
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
