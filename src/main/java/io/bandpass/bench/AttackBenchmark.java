package io.bandpass.bench;

import io.bandpass.attack.Attack;
import io.bandpass.attack.AttackBatch;
import io.bandpass.attack.AttackKind;
import io.bandpass.attack.AttackNorm;
import io.bandpass.attack.AttackWarnings;
import io.bandpass.attack.AttackedClassifier;
import io.bandpass.config.Pooling;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.Batch;
import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;

/** Benchmark of PGD on a classifier with random weights, which is as fast to attack as a trained one. */
final class AttackBenchmark {
    /** Matrix products of a step in units of a forward pass: forward, gradients of the inputs. */
    private static final int PASSES = 2;

    private static final double EPS = 8 / 255.0;

    private final BenchmarkSetup<PretrainingConfig> setup;
    private final int batchSize;
    private final int steps;
    private final TimedRounds rounds;

    AttackBenchmark(BenchmarkSetup<PretrainingConfig> setup, int batchSize, int steps, TimedRounds rounds) {
        this.setup = setup;
        this.batchSize = batchSize;
        this.steps = steps;
        this.rounds = rounds;
    }

    /** Measures and returns the figures by key. */
    Map<String, Object> measure() {
        PretrainingConfig config = setup.asked();
        Attack attack = AttackKind.PGD
                .with(AttackKind.PGD.settings(AttackNorm.LINF).withEps(EPS).withSteps(steps))
                .attacks()
                .get(0);
        GemmThroughput products = new GemmThroughput(setup.device(), rounds.seconds());
        products.look();
        TimedRounds.Measured measured;
        try (Classifier classifier = classifier(config);
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), setup.device());
                SyntheticBatches batches = new SyntheticBatches(setup.kind(), batchSize, config.imageSize());
                Batch synthetic = batches.next();
                AttackedClassifier attacked = new AttackedClassifier(classifier, normalisation);
                PointerScope scope = new PointerScope()) {
            AttackBatch batch = new AttackBatch(
                    normalisation.unit(synthetic.images()),
                    Tensors.to(synthetic.targets().orElseThrow(), setup.device()),
                    LongStream.range(0, batchSize).toArray());
            measured = rounds.measure(batchSize, () -> attack(attack, attacked, batch), () -> {});
        }
        products.look();
        double imagesPerSecond = TimedRounds.median(measured.imagesPerSecond());
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        figures.put("steps", steps);
        figures.put("steps_per_second", steps * imagesPerSecond / batchSize);
        products.put(
                figures, PASSES * steps * config.encoder().multiplyAddsPerImage() * imagesPerSecond, setup.precision());
        ProcessUsage.putMemory(figures, measured.residentBytes());
        setup.putRecipe(figures, config, batchSize);
        setup.putCompute(figures);
        ProcessUsage.putMachine(figures);
        return figures;
    }

    private Classifier classifier(PretrainingConfig config) {
        Classifier classifier = new Classifier(
                config.encoder(),
                Pooling.MEAN,
                setup.kind().syntheticClasses(),
                1,
                config.train().seed());
        classifier.to(setup.device());
        return classifier;
    }

    private static void attack(Attack attack, AttackedClassifier attacked, AttackBatch batch) {
        try (PointerScope scope = new PointerScope()) {
            // Copying the images to the CPU synchronises with the device.
            attack.perturb(attacked, batch, new AttackWarnings()).cpu();
        }
    }
}
