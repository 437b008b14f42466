package io.bandpass.attack;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Targeted fast adaptive boundary attack (Croce and Hein, ICML 2020, "Minimally distorted adversarial examples"): looks
 * for the nearest point that is taken for a class, with each target in turn. Only points at most eps away count; images
 * for which none is found are returned as they are. Restarts begin at random points.
 *
 * <p>An image is done at the first such point; the published program goes on to find a nearer one, with the same accuracy.
 */
final class FabT extends RepeatedAttack {
    /** Distance of a restart's points, relative to eps. */
    private static final double RESTART = 0.5;

    private final StartPoints restarts;

    FabT(String name, AttackSettings settings) {
        super(name, settings);
        restarts = StartPoints.atDistance(
                settings.norm(), RESTART * settings.eps(), new AttackRandom(name, settings.seed()));
    }

    @Override
    int fewestClasses() {
        return 2;
    }

    @Override
    Tensor attempt(AttackedModel model, AttackBatch batch, Attempt attempt, AttackWarnings warnings) {
        Tensor start = attempt.restart() == 0 ? batch.images() : restarts.of(batch, attempt);
        try (FabRun run = new FabRun(model, settings(), batch, attempt.targets(), start)) {
            run.iterate(true);
            Tensor within = run.distances().le(new Scalar(settings().eps()));
            Tensor result = batch.images().clone();
            Tensor rows = ImageTable.rows(within);
            if (rows.numel() > 0) {
                result.index_copy_(0, rows, run.nearest().index_select(0, rows));
            }
            return result;
        }
    }
}
