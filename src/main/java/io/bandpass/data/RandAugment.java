package io.bandpass.data;

import io.bandpass.config.RandAugmentConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the operations of RandAugment (Cubuk et al., 2020) as timm does: each that is drawn happens or not. */
final class RandAugment {
    private static final double PROBABILITY = 0.5;

    private final RandAugmentConfig config;
    private final ImageOperation[] operations = ImageOperation.values();

    RandAugment(RandAugmentConfig config) {
        this.config = config;
    }

    /** What happens to an image, in this order; often less than what is drawn. */
    List<DrawnOperation> draw(SplittableRandom random) {
        List<DrawnOperation> drawn = new ArrayList<>();
        for (int i = 0; i < config.operations(); i++) {
            ImageOperation operation = operations[random.nextInt(operations.length)];
            if (random.nextDouble() < PROBABILITY) {
                double argument = operation.argument(magnitude(random), random);
                drawn.add(new DrawnOperation(operation, argument, operation.isGeometric() && random.nextBoolean()));
            }
        }
        return drawn;
    }

    private double magnitude(SplittableRandom random) {
        double magnitude = config.magnitude() + config.deviation() * random.nextGaussian();
        return Math.max(0, Math.min(RandAugmentConfig.LARGEST_MAGNITUDE, magnitude));
    }
}
