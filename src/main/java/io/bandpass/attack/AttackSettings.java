package io.bandpass.attack;

import io.bandpass.config.Check;
import io.bandpass.config.ConfigException;
import java.util.OptionalDouble;

/**
 * Settings of an attack, checked. Those of an attack's publication are {@link AttackKind#settings}; an attack ignores what
 * it does not need, see {@link AttackKind#keys}.
 *
 * @param eps largest distance from an image, of pixels in [0, 1]; 0: no attack
 * @param steps iterations
 * @param stepSize of FGSM and PGD; empty: {@link #step()}
 * @param randomStart whether PGD begins at a random point of the ball instead of at the image
 * @param restarts how often an attack is made; an image withstands it only if it withstands each
 * @param targets number of classes that are aimed at in turn, those with the largest logits beside the label; 0: none,
 *     the label is only left
 * @param queries of the square attack
 * @param seed of everything random, together with the key of each image
 */
public record AttackSettings(
        AttackNorm norm,
        double eps,
        int steps,
        OptionalDouble stepSize,
        boolean randomStart,
        int restarts,
        int targets,
        int queries,
        long seed) {
    /** Sum of all steps in multiples of eps, where no step size is set. */
    private static final double PATH = 2.5;

    /**
     * Checks the values.
     *
     * @throws ConfigException if one is out of range
     */
    public AttackSettings {
        Check.that(eps >= 0 && Double.isFinite(eps), "eps", eps, "a number of at least 0");
        Check.that(
                norm != AttackNorm.LINF || eps <= 1,
                "eps",
                PixelDistance.format(eps),
                "at most 1 in linf, as pixels lie between 0 and 1: 8/255 is eight levels of an 8-bit image");
        Check.positive("steps", steps);
        if (stepSize.isPresent()) {
            Check.positive("step-size", stepSize.getAsDouble());
        }
        Check.positive("restarts", restarts);
        Check.that(targets >= 0, "targets", targets, "a whole number of at least 0");
        Check.positive("queries", queries);
    }

    /**
     * Returns the step size of FGSM and PGD. Without a setting it is 2.5 eps / steps, at most eps (Madry et al., ICLR 2018,
     * section 5), so that the whole ball is within reach. RVT's 5 steps of 0.5/255 with an eps of 1/255 are just that.
     */
    public double step() {
        return stepSize.orElse(eps * Math.min(1, PATH / steps));
    }

    public AttackSettings withEps(double eps) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withSteps(int steps) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withStepSize(double stepSize) {
        return new AttackSettings(
                norm, eps, steps, OptionalDouble.of(stepSize), randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withRandomStart(boolean randomStart) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withRestarts(int restarts) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withTargets(int targets) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withQueries(int queries) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }

    public AttackSettings withSeed(long seed) {
        return new AttackSettings(norm, eps, steps, stepSize, randomStart, restarts, targets, queries, seed);
    }
}
