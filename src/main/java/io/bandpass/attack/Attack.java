package io.bandpass.attack;

import io.bandpass.config.ConfigException;
import org.bytedeco.pytorch.Tensor;

/** A way to find adversarial images. Stateless: what it draws follows from its seed and the keys of the images. */
public interface Attack {
    /** Name, such as {@code apgd-ce}. */
    String name();

    /** Whether the attack sees gradients of the model. */
    boolean usesGradients();

    /**
     * Whether it is published as an attack on all images. All others are made for images that the model classifies
     * right, and count the misclassified ones as lost.
     */
    boolean attacksMisclassified();

    /**
     * Rejects models with too few classes.
     *
     * @throws ConfigException if the loss is not defined for this number of classes
     */
    void check(long classes);

    /**
     * Perturbs images. The result lies in [0, 1] and at most eps away from the images; with an eps of 0 it is equal to
     * them.
     *
     * @param warnings receives what is suspicious
     * @return (N, 3, H, W), in the caller's scope
     */
    Tensor perturb(AttackedModel model, AttackBatch batch, AttackWarnings warnings);

    /** Does the same without the warnings. */
    default Tensor perturb(AttackedModel model, Tensor images, Tensor labels, long[] keys) {
        return perturb(model, new AttackBatch(images, labels, keys), new AttackWarnings());
    }
}
