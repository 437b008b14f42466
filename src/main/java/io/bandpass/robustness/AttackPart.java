package io.bandpass.robustness;

import io.bandpass.attack.AttackBatch;
import io.bandpass.attack.AttackKind;
import io.bandpass.attack.AttackOutcome;
import io.bandpass.attack.AttackSettings;
import io.bandpass.attack.AttackSuite;
import io.bandpass.attack.AttackWarnings;
import io.bandpass.attack.AttackedClassifier;
import io.bandpass.attack.AttackedModel;
import io.bandpass.attack.MagnifiedPerturbation;
import io.bandpass.attack.PixelDistance;
import io.bandpass.frequency.RadialEnergy;
import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.Condition;
import io.bandpass.robust.LogitsModel;
import io.bandpass.robust.Measurement;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Accuracy under an attack, over all images: those that were wrong before count as wrong, unless the attack is one on
 * all images.
 *
 * @param warnings receives what makes the result doubtful
 */
record AttackPart(ImageLoop loop, AttackKind kind, AttackSettings settings, Consumer<String> warnings) implements Part {
    /** A backward pass costs as much as two forward ones. */
    private static final int PASSES_OF_A_STEP = 3;

    @Override
    public String name() {
        return kind + " " + settings.norm() + " " + PixelDistance.format(settings.eps());
    }

    @Override
    public String key() {
        return settings.toString();
    }

    @Override
    public EvaluatedImages images() {
        return loop.images();
    }

    @Override
    public int examples() {
        return Part.SHOWN_SIDE_BY_SIDE;
    }

    @Override
    public double passes() {
        double steps = (double) settings.steps() * settings.restarts() * Math.max(1, settings.targets());
        return 2 + (kind == AttackKind.SQUARE ? settings.queries() : PASSES_OF_A_STEP * steps);
    }

    @Override
    public void check(EvaluatedClassifier model) {
        kind.with(settings).check(loop.subset(model).size());
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        AttackSuite suite = kind.with(settings);
        ClassSubset subset = loop.subset(model);
        AttackWarnings doubts = new AttackWarnings();
        Counts counts = new Counts();
        RadialEnergy energy = new RadialEnergy(model.imageSize(), model.imageSize());
        try (AttackedClassifier attacked =
                new AttackedClassifier(model.weights().classifier(), model.normalisation())) {
            LogitsModel restricted = ImageLoop.restricted(attacked::logits, subset);
            // An attack can take minutes for a batch.
            AttackedModel stoppable = images -> {
                watch.checkStopped();
                return restricted.logits(images);
            };
            loop.each(model, subset, watch, (bytes, labels, keys, indices) -> {
                Tensor onDevice = Tensors.to(labels, model.device());
                AttackBatch batch = new AttackBatch(
                        model.unit(bytes),
                        onDevice,
                        IntStream.of(keys).asLongStream().toArray());
                AttackOutcome outcome = suite.run(stoppable, batch, doubts);
                counts.add(outcome);
                energy.add(outcome.adversarial().sub(batch.images()));
                watch.saw(seen(subset, stoppable, batch, outcome, labels, indices));
            });
        }
        doubts.sentences().forEach(sentence -> warnings.accept(model.name() + ", " + name() + ": " + sentence));
        return List.of(Measurement.ofCounts(model.name(), condition(), counts.images, counts.right)
                .withEnergy(shares(energy.energy())));
    }

    private SeenBatch seen(
            ClassSubset subset,
            AttackedModel model,
            AttackBatch batch,
            AttackOutcome outcome,
            Tensor labels,
            int[] indices) {
        Tensor adversarial = outcome.adversarial();
        return new SeenBatch(
                condition(),
                loop.images().images(),
                indices,
                subset.names(),
                labels,
                adversarial,
                rows -> {
                    try (NoGradGuard guard = new NoGradGuard()) {
                        return model.logits(adversarial.index_select(0, rows));
                    }
                },
                Optional.of(MagnifiedPerturbation.of(settings, batch.images(), adversarial)));
    }

    /** Returns the shares of rings in the energy of all perturbations; none if nothing was perturbed. */
    private static List<Double> shares(double[] energy) {
        double all = Arrays.stream(energy).sum();
        return all == 0
                ? List.of()
                : Arrays.stream(energy).mapToObj(ring -> ring / all).toList();
    }

    private static final class Counts {
        private long images;
        private long right;

        void add(AttackOutcome outcome) {
            boolean[] still = outcome.stillRight();
            images += still.length;
            right += IntStream.range(0, still.length).filter(i -> still[i]).count();
        }
    }

    private Condition condition() {
        List<String> used = kind.keys();
        boolean iterates = used.contains("steps");
        boolean hasStepSize = used.contains("step-size");
        return new Condition.Attack(
                kind.with(settings).name(),
                settings.norm().toString(),
                settings.eps(),
                iterates ? OptionalInt.of(settings.steps()) : OptionalInt.empty(),
                hasStepSize ? OptionalDouble.of(settings.step()) : OptionalDouble.empty(),
                settings.randomStart());
    }
}
