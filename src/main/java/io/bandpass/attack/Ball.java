package io.bandpass.attack;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** The points that an attack may reach: at most eps away from each image, and in [0, 1]. */
final class Ball {
    /** Lowest and highest value of every pixel. */
    private record Bounds(ImageTable.Column lower, ImageTable.Column upper) {}

    /** Keeps the quotient finite at the centre. */
    private static final double TINY = 1e-12;

    private final double eps;
    private final ImageTable.Column centre;
    private final Optional<Bounds> bounds;

    /**
     * Creates the balls around images.
     *
     * @param table of the attack, whose rows belong to the images
     * @param images (n, C, H, W) in [0, 1]
     */
    Ball(ImageTable table, Tensor images, AttackNorm norm, double eps) {
        this.eps = eps;
        centre = table.add(images);
        bounds = norm == AttackNorm.LINF
                ? Optional.of(new Bounds(table.add(lowest(images, eps)), table.add(highest(images, eps))))
                : Optional.empty();
    }

    /** Lowest values at most eps away from images in Linf, and in [0, 1]. */
    static Tensor lowest(Tensor images, double eps) {
        return images.sub(new Scalar(eps)).clamp_min(new Scalar(0.0));
    }

    /** Highest values at most eps away from images in Linf, and in [0, 1]. */
    static Tensor highest(Tensor images, double eps) {
        return images.add(new Scalar(eps)).clamp_max(new Scalar(1.0));
    }

    /** Returns the images in the middle. */
    Tensor centre() {
        return centre.get();
    }

    private Tensor lower() {
        return bounds.orElseThrow().lower().get();
    }

    private Tensor upper() {
        return bounds.orElseThrow().upper().get();
    }

    /** Moves points (n, C, H, W) that lie outside to the ball, in place. */
    void project(Tensor points) {
        if (bounds.isPresent()) {
            points.clamp_(new TensorOptional(lower()), new TensorOptional(upper()));
            return;
        }
        points.sub_(centre());
        // Rounded as in AutoAttack's program: near a maximum, APGD decides by differences of losses in the last digits.
        Tensor lengths = AttackNorm.L2.of(points);
        Tensor factors = lengths.clamp_max(new Scalar(eps)).div(lengths.add(new Scalar(TINY)));
        points.mul_(ImageTable.perImage(factors, points));
        points.add_(centre());
        toUnit(points);
    }

    /** Clamps points to [0, 1], in place. */
    static void toUnit(Tensor points) {
        points.clamp_(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
    }
}
