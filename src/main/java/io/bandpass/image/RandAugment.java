package io.bandpass.image;

import io.bandpass.config.AugmentConfig.Interpolation;
import io.bandpass.config.RandAugmentConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws the operations of RandAugment (Cubuk et al., 2020) as timm does: each drawn operation is applied with
 * probability 0.5.
 */
public final class RandAugment {
    private static final double PROBABILITY = 0.5;

    private final RandAugmentConfig config;
    private final Interpolation interpolation;
    private final ImageOperation[] operations = ImageOperation.values();

    /** Creates an augmentation that interpolates bilinearly or bicubically with equal probability. */
    public RandAugment(RandAugmentConfig config) {
        this(config, Interpolation.RANDOM);
    }

    /**
     * Creates an augmentation.
     *
     * @param interpolation of geometric operations
     */
    public RandAugment(RandAugmentConfig config, Interpolation interpolation) {
        this.config = config;
        this.interpolation = interpolation;
    }

    /** Returns the operations to apply, in this order; often fewer than the configured number. */
    public List<DrawnOperation> draw(SplittableRandom random) {
        List<DrawnOperation> drawn = new ArrayList<>();
        for (int i = 0; i < config.operations(); i++) {
            ImageOperation operation = operations[random.nextInt(operations.length)];
            if (random.nextDouble() < PROBABILITY) {
                double argument = operation.argument(magnitude(random), random);
                drawn.add(new DrawnOperation(operation, argument, operation.isGeometric() && isBicubic(random)));
            }
        }
        return drawn;
    }

    /** Consumes a random number for any interpolation, so that later draws do not depend on it. */
    private boolean isBicubic(SplittableRandom random) {
        boolean drawn = random.nextBoolean();
        return interpolation == Interpolation.RANDOM ? drawn : interpolation == Interpolation.BICUBIC;
    }

    private double magnitude(SplittableRandom random) {
        double magnitude = config.magnitude() + config.deviation() * random.nextGaussian();
        return Math.max(0, Math.min(RandAugmentConfig.LARGEST_MAGNITUDE, magnitude));
    }
}
