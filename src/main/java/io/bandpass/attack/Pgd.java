package io.bandpass.attack;

import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Projected gradient descent (Madry et al., ICLR 2018) on the cross entropy, as in RVT (Mao et al., CVPR 2022); with one
 * step from the image itself it is FGSM (Goodfellow et al., ICLR 2015).
 *
 * <p>x is the last iterate of x = P(x + step * direction of the gradient), as in torchattacks, not the best one: so the
 * results compare with published ones. It attacks all images, and a misclassified one can become right. Towards a target,
 * the loss is minus the cross entropy of that class.
 */
final class Pgd extends RepeatedAttack {
    private final StartPoints starts;

    Pgd(String name, AttackSettings settings) {
        this(
                name,
                settings,
                settings.randomStart()
                        ? StartPoints.inside(settings.norm(), settings.eps(), new AttackRandom(name, settings.seed()))
                        : StartPoints.images());
    }

    /** Creates the attack with start points of the caller. */
    Pgd(String name, AttackSettings settings, StartPoints starts) {
        super(name, settings);
        this.starts = starts;
    }

    /** Creates FGSM: one step of eps from the image, away from its label. */
    static Pgd oneStep(String name, AttackSettings settings) {
        return new Pgd(
                name,
                new AttackSettings(
                        settings.norm(),
                        settings.eps(),
                        1,
                        OptionalDouble.empty(),
                        false,
                        1,
                        0,
                        settings.queries(),
                        settings.seed()));
    }

    @Override
    int fewestClasses() {
        return 2;
    }

    @Override
    public boolean attacksMisclassified() {
        return true;
    }

    @Override
    Tensor attempt(AttackedModel model, AttackBatch batch, Attempt attempt, AttackWarnings warnings) {
        ImageLoss loss = settings().targets() > 0 ? ImageLoss::targetedCrossEntropy : ImageLoss::crossEntropy;
        AttackNorm norm = settings().norm();
        try (ImageTable table = new ImageTable()) {
            Ball ball = new Ball(table, batch.images(), norm, settings().eps());
            Tensor x = table.add(starts.of(batch, attempt)).get();
            ball.project(x);
            for (int step = 0; step < settings().steps(); step++) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor gradients = Gradients.at(
                                    x, model, logits -> loss.of(logits, batch.labels(), attempt.targets()))
                            .gradients();
                    if (step == 0 && attempt.number() == 0) {
                        warnings.start(name(), gradients);
                    }
                    norm.toDirections(gradients);
                    x.add_(gradients, new Scalar(settings().step()));
                    ball.project(x);
                }
            }
            return x.clone();
        }
    }
}
