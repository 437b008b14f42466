package io.bandpass.attack;

import org.bytedeco.pytorch.Tensor;

/**
 * Square attack (Andriushchenko et al., ECCV 2020), which sees the logits only: it changes random squares, which
 * become smaller, and keeps what makes the margin z_y - max over i != y of z_i smaller.
 *
 * <p>As in the paper, each image has squares of its own; AutoAttack's program draws one for the whole batch, so its results
 * depend on the batch. An image is done once it is misclassified.
 */
final class SquareAttack extends RepeatedAttack {
    private final SquareMoves moves;

    SquareAttack(String name, AttackSettings settings) {
        super(name, settings);
        AttackRandom random = new AttackRandom(name, settings.seed());
        moves = settings.norm() == AttackNorm.LINF
                ? new SquareMovesLinf(settings.eps(), SquareDraws.of(random))
                : new SquareMovesL2(settings.eps(), random);
    }

    @Override
    int fewestClasses() {
        return 2;
    }

    @Override
    public boolean usesGradients() {
        return false;
    }

    @Override
    Tensor attempt(AttackedModel model, AttackBatch batch, Attempt attempt, AttackWarnings warnings) {
        try (SquareRun run = new SquareRun(model, settings(), batch, attempt.number(), moves)) {
            return run.run((query, side, margins, taken) -> {});
        }
    }
}
