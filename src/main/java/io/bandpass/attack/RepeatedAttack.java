package io.bandpass.attack;

import io.bandpass.config.ConfigException;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * An attack of several attempts: with each target in turn, and as often as there are restarts. Each attempt attacks the
 * images that are still classified right, so that more attempts never find fewer adversarial images.
 */
abstract class RepeatedAttack implements Attack {
    private final String name;
    private final AttackSettings settings;

    RepeatedAttack(String name, AttackSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    /**
     * Makes one attempt, without gradients and in a scope of its own.
     *
     * @param batch the images that are still to be attacked
     * @return points (n, C, H, W) within reach: adversarial where the attempt succeeded
     */
    abstract Tensor attempt(AttackedModel model, AttackBatch batch, Attempt attempt, AttackWarnings warnings);

    /** Fewest classes for which the loss is defined. */
    abstract int fewestClasses();

    @Override
    public final String name() {
        return name;
    }

    final AttackSettings settings() {
        return settings;
    }

    @Override
    public boolean usesGradients() {
        return true;
    }

    @Override
    public boolean attacksMisclassified() {
        return false;
    }

    @Override
    public final void check(long classes) {
        if (classes < fewestClasses()) {
            throw new ConfigException(name + " needs at least " + fewestClasses() + " classes, but the model has "
                    + classes + (fewestClasses() > 2 ? "; apgd-ce, fab-t and square take 2" : ""));
        }
    }

    @Override
    public final Tensor perturb(AttackedModel model, AttackBatch batch, AttackWarnings warnings) {
        if (settings.eps() == 0) {
            return batch.images().clone();
        }
        return Tensors.scoped(() -> {
            try (NoGradGuard guard = new NoGradGuard()) {
                return attempts(model, batch, warnings);
            }
        });
    }

    private Tensor attempts(AttackedModel model, AttackBatch batch, AttackWarnings warnings) {
        Optional<Tensor> targets =
                settings.targets() > 0 ? Optional.of(targets(model, batch, warnings)) : Optional.empty();
        long attempts = targets.map(all -> all.size(1)).orElse(1L) * settings.restarts();
        Tensor result = batch.images().clone();
        Tensor rows = ImageTable.allRows(result);
        for (int number = 0; number < attempts; number++) {
            if (number > 0) {
                Tensor right = rightRows(
                        model, result.index_select(0, rows), batch.labels().index_select(0, rows));
                rows = rows.index_select(0, right);
                if (rows.numel() == 0) {
                    break;
                }
            }
            AttackBatch left = number == 0 ? batch : batch.select(rows);
            int target = number / settings.restarts();
            Tensor aim = targets.isPresent() ? targets.get().select(1, target).index_select(0, rows) : left.labels();
            Attempt attempt = new Attempt(number, number % settings.restarts(), aim);
            result.index_copy_(0, rows, Tensors.scoped(() -> attempt(model, left, attempt, warnings)));
        }
        return result;
    }

    private static Tensor rightRows(AttackedModel model, Tensor points, Tensor labels) {
        return Tensors.scoped(() -> ImageTable.rows(Predictions.right(model.logits(points), labels)));
    }

    /** Returns the classes to aim at, the largest logits beside the label first: (n, targets). */
    private Tensor targets(AttackedModel model, AttackBatch batch, AttackWarnings warnings) {
        return Tensors.scoped(() -> {
            Tensor logits = model.logits(batch.images());
            long others = logits.size(1) - 1;
            if (settings.targets() > others) {
                warnings.fewTargets(name, settings.targets(), others);
            }
            Tensor withoutLabels = logits.scatter(1, batch.labels().unsqueeze(1), new Scalar(Double.NEGATIVE_INFINITY));
            return withoutLabels
                    .topk(Math.min(settings.targets(), others))
                    .get1()
                    .clone();
        });
    }
}
