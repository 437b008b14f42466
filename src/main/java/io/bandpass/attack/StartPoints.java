package io.bandpass.attack;

import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Where an attempt of an attack begins. */
@FunctionalInterface
interface StartPoints {
    /**
     * Returns a point for each image, which need not lie in [0, 1].
     *
     * @return (n, C, H, W), a new tensor or the images themselves
     */
    Tensor of(AttackBatch batch, Attempt attempt);

    /** The images themselves. */
    static StartPoints images() {
        return (batch, attempt) -> batch.images();
    }

    /**
     * Random points of the ball: uniform in each element (Linf), or in a random direction at a uniform distance (L2), as
     * PGD has them in RVT and in torchattacks.
     */
    static StartPoints inside(AttackNorm norm, double eps, AttackRandom random) {
        return (batch, attempt) -> {
            if (norm == AttackNorm.LINF) {
                return batch.images().add(random.uniform(batch, attempt.number()), new Scalar(eps));
            }
            Tensor radii = random.numbers(batch, attempt.number(), SplittableRandom::nextDouble);
            return batch.images().add(onSphere(norm, random, batch, attempt).mul(radii), new Scalar(eps));
        };
    }

    /** Random points at the distance eps, as APGD has them (Croce and Hein, ICML 2020). */
    static StartPoints atDistance(AttackNorm norm, double eps, AttackRandom random) {
        return (batch, attempt) -> batch.images().add(onSphere(norm, random, batch, attempt), new Scalar(eps));
    }

    /** Returns random differences of norm 1. */
    private static Tensor onSphere(AttackNorm norm, AttackRandom random, AttackBatch batch, Attempt attempt) {
        Tensor drawn = norm == AttackNorm.LINF
                ? random.uniform(batch, attempt.number())
                : random.normal(batch, attempt.number());
        return drawn.div(ImageTable.perImage(norm.of(drawn), drawn));
    }
}
