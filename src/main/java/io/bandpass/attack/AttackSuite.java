package io.bandpass.attack;

import io.bandpass.config.ConfigException;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One attack or several in turn, each on the images that the model still classifies right, as AutoAttack runs them (Croce
 * and Hein, ICML 2020). An attack that is published as one on all images, and is the only one, attacks all: then a
 * misclassified image can become right, and counts so, as in RVT.
 *
 * <p>Stateless: the outcome of an image follows from the model, the image and its key, but for the rounding of the model,
 * which may depend on the size of the batch.
 */
public final class AttackSuite {
    private final String name;
    private final List<Attack> attacks;

    /**
     * Creates a suite.
     *
     * @param name for reports
     * @throws ConfigException if there is no attack, or one is there twice
     */
    public AttackSuite(String name, List<Attack> attacks) {
        this.name = name;
        this.attacks = List.copyOf(attacks);
        if (attacks.isEmpty()) {
            throw new ConfigException("no attack is named; there must be at least one");
        }
        Set<String> names = new HashSet<>();
        for (Attack attack : attacks) {
            if (!names.add(attack.name())) {
                throw new ConfigException("the attack " + attack.name() + " is named twice; once is enough");
            }
        }
    }

    public String name() {
        return name;
    }

    public List<Attack> attacks() {
        return attacks;
    }

    /**
     * Rejects models with too few classes for one of the attacks.
     *
     * @throws ConfigException if there are too few
     */
    public void check(long classes) {
        attacks.forEach(attack -> attack.check(classes));
    }

    /**
     * Attacks a batch, in float32 or float64 as its images.
     *
     * @param warnings collects what is suspicious, over all batches
     * @return the outcome, whose tensor is in the caller's scope
     * @throws ConfigException if the model has too few classes
     * @throws NotFiniteException if logits are not finite
     * @throws IllegalArgumentException if a label is no class of the model
     */
    public AttackOutcome run(AttackedModel model, AttackBatch batch, AttackWarnings warnings) {
        boolean[] clean = new boolean[batch.size()];
        Map<String, boolean[]> after = new LinkedHashMap<>();
        Tensor adversarial = Tensors.scoped(() -> {
            try (NoGradGuard guard = new NoGradGuard()) {
                clean(model, batch, warnings, clean);
                boolean[] right = clean.clone();
                Tensor result = batch.images().clone();
                for (Attack attack : attacks) {
                    boolean[] before = right.clone();
                    attack(attack, model, batch, warnings, right, result);
                    count(attack, before, right, warnings);
                    after.put(attack.name(), right.clone());
                }
                return result;
            }
        });
        return new AttackOutcome(adversarial, clean, after);
    }

    /** Classifies the images without an attack. */
    private void clean(AttackedModel model, AttackBatch batch, AttackWarnings warnings, boolean[] clean) {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = finite(model.logits(batch.images()), "images to attack");
            check(logits.size(1));
            if (batch.labels().min().item_long() < 0 || batch.labels().max().item_long() >= logits.size(1)) {
                throw new IllegalArgumentException(
                        "labels must be classes of the model, from 0 to " + (logits.size(1) - 1));
            }
            if (!warnings.seen()) {
                warnings.repeated(logits, model.logits(batch.images()));
            }
            warnings.outputs(logits);
            boolean[] right = Predictions.toBooleans(Predictions.right(logits, batch.labels()));
            System.arraycopy(right, 0, clean, 0, right.length);
        }
    }

    /** Makes one attack; updates which images are classified right, and the result. */
    private void attack(
            Attack attack,
            AttackedModel model,
            AttackBatch batch,
            AttackWarnings warnings,
            boolean[] right,
            Tensor result) {
        boolean all = attacks.size() == 1 && attack.attacksMisclassified();
        long[] left = IntStream.range(0, right.length)
                .filter(i -> all || right[i])
                .asLongStream()
                .toArray();
        if (left.length == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = Tensors.to(Tensors.ofLongs(left, left.length), result.device());
            AttackBatch chosen = left.length == right.length ? batch : batch.select(rows);
            Tensor points = attack.perturb(model, chosen, warnings);
            result.index_copy_(0, rows, points);
            Tensor logits = finite(model.logits(points), "adversarial images");
            boolean[] now = Predictions.toBooleans(Predictions.right(logits, chosen.labels()));
            boolean[] changed = Predictions.toBooleans(
                    AttackNorm.LINF.of(points.sub(chosen.images())).gt(new Scalar(0.0)));
            for (int i = 0; i < left.length; i++) {
                // An image that is as it was has the class that it had, whatever the rounding in another batch.
                if (changed[i]) {
                    right[(int) left[i]] = now[i];
                }
            }
        }
    }

    private void count(Attack attack, boolean[] before, boolean[] after, AttackWarnings warnings) {
        boolean afterGradients =
                attacks.subList(0, attacks.indexOf(attack)).stream().anyMatch(Attack::usesGradients);
        if (!attack.usesGradients() && afterGradients) {
            long found = IntStream.range(0, before.length)
                    .filter(i -> before[i] && !after[i])
                    .count();
            warnings.blackBox(attack.name(), found);
        }
    }

    private static Tensor finite(Tensor logits, String images) {
        long notFinite = Tensors.rowsNotFinite(logits);
        if (notFinite > 0) {
            throw NotFiniteException.of("logits", notFinite, logits.size(0), images);
        }
        return logits;
    }
}
