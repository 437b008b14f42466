package io.bandpass.attack;

import org.bytedeco.pytorch.Tensor;

/**
 * Auto-PGD (Croce and Hein, ICML 2020, section 3): PGD with momentum, whose step size follows from the progress of each
 * image, so that none has to be chosen. A part of AutoAttack, once with the cross entropy and once with a difference of
 * logits ratio.
 *
 * <p>An image is done at its first misclassified iterate, which is its adversarial version; the published program goes on
 * and returns the last one, with the same accuracy. Others get their point of the largest loss.
 */
final class Apgd extends RepeatedAttack {
    private final ImageLoss loss;
    private final int fewestClasses;
    private final StartPoints starts;

    private Apgd(String name, AttackSettings settings, ImageLoss loss, int fewestClasses) {
        super(name, settings);
        this.loss = loss;
        this.fewestClasses = fewestClasses;
        starts = StartPoints.atDistance(settings.norm(), settings.eps(), new AttackRandom(name, settings.seed()));
    }

    /** Creates APGD on the cross entropy. */
    static Apgd crossEntropy(String name, AttackSettings settings) {
        return new Apgd(name, settings, ImageLoss::crossEntropy, 2);
    }

    /** Creates APGD on the difference of logits ratio. */
    static Apgd dlr(String name, AttackSettings settings) {
        return new Apgd(name, settings, ImageLoss::dlr, 3);
    }

    /** Creates APGD on the targeted difference of logits ratio. */
    static Apgd targeted(String name, AttackSettings settings) {
        return new Apgd(name, settings, ImageLoss::targetedDlr, 4);
    }

    @Override
    int fewestClasses() {
        return fewestClasses;
    }

    @Override
    Tensor attempt(AttackedModel model, AttackBatch batch, Attempt attempt, AttackWarnings warnings) {
        try (ApgdRun run = new ApgdRun(
                model, settings(), loss, new ApgdRun.Aim(batch, attempt.targets()), starts.of(batch, attempt))) {
            if (attempt.number() == 0) {
                warnings.start(name(), run.gradients());
            }
            return run.untilMisclassified();
        }
    }
}
