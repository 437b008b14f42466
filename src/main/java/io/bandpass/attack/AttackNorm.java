package io.bandpass.attack;

import io.bandpass.config.Words;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/** Distance between an image and its adversarial version, over all channels and pixels. */
public enum AttackNorm {
    /** Largest absolute difference. */
    LINF,
    /** Euclidean distance. */
    L2;

    /** Keeps quotients finite where a gradient is zero. */
    private static final double TINY = 1e-12;

    /** Returns the norm of each image's difference: (N, ...) to (N). */
    public Tensor of(Tensor differences) {
        Tensor rows = differences.flatten(1, -1);
        return this == LINF
                ? rows.abs().amax(new long[] {1}, false)
                : rows.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, false);
    }

    /**
     * Turns gradients into the steepest directions of this norm, in place: their signs, or unit vectors. A zero gradient
     * stays zero.
     *
     * @param gradients (N, ...)
     */
    void toDirections(Tensor gradients) {
        if (this == LINF) {
            gradients.sign_();
        } else {
            gradients.div_(ImageTable.perImage(of(gradients).add(new Scalar(TINY)), gradients));
        }
    }

    @Override
    public String toString() {
        return Words.of(this);
    }
}
