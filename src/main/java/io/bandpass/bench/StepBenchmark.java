package io.bandpass.bench;

import io.bandpass.config.RunConfig;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.task.Batch;
import io.bandpass.task.DivergedException;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import io.bandpass.train.ModelState;
import io.bandpass.train.TrainingStep;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How fast training steps are made, and where their time goes. Nothing is evaluated, logged or saved. */
final class StepBenchmark<C extends Record & RunConfig> {
    /** Forward once, and backward twice: gradients of what went in, and of the weights. */
    private static final int PASSES = 3;

    private final BenchmarkSetup<C> setup;
    private final TimedRounds rounds;

    StepBenchmark(BenchmarkSetup<C> setup, TimedRounds rounds) {
        this.setup = setup;
        this.rounds = rounds;
    }

    /** ThreeDigits by their keys. Without paths of data, images made up in memory are trained on. */
    Map<String, Object> measure() {
        C asked = setup.asked();
        if (asked.data().paths().isEmpty()) {
            C config = setup.resolve(Integer.MAX_VALUE);
            try (SyntheticBatches batches = new SyntheticBatches(
                    config.train().batchSize(), config.encoder().imageSize())) {
                return measure(config, Optional.empty(), batches::next);
            }
        }
        UnreadableImages bad = new UnreadableImages(asked.data().maxBad());
        ImageSource images = setup.open(bad).train();
        C config = setup.resolve(images.size());
        try (BatchLoader loader = BenchmarkSetup.endlessLoader(config, images, bad)) {
            return measure(config, Optional.of(images), loader::next);
        }
    }

    /** Of images that a loader gives, there is a wait for them. */
    private Map<String, Object> measure(C config, Optional<ImageSource> loaded, Supplier<Batch> batches) {
        GemmThroughput products = new GemmThroughput(setup.device(), rounds.seconds());
        products.look();
        StepTimer timer = new StepTimer();
        TimedRounds.Measured measured;
        try (ModelState<TrainingTask> learner = new ModelState<>(setup.task(config, loaded), config)) {
            TrainingStep step = new TrainingStep(
                    learner.task(),
                    learner.optimizer(),
                    config.train().microBatchSize().orElseThrow(),
                    config.train().seed(),
                    timer);
            double rate = config.optimizer().learningRate().orElseThrow();
            Runnable work = () -> {
                // What lies between two steps belongs to no phase.
                timer.start();
                try (Batch batch = batches.get()) {
                    if (loaded.isPresent()) {
                        timer.endPhase(Phase.DATA_WAIT);
                    }
                    refuseDivergence(step.run(batch, scale -> rate * scale), batch);
                    learner.updated();
                }
            };
            measured = rounds.measure(config.train().batchSize(), work, timer::reset);
        }
        products.look();
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        figures.put("seconds_per_step", TimedRounds.median(measured.secondsPerRepetition()));
        figures.put("phases", shares(timer, measured.seconds()));
        products.put(
                figures,
                PASSES * config.multiplyAddsPerImage() * TimedRounds.median(measured.imagesPerSecond()),
                setup.precision());
        ProcessUsage.putMemory(figures, measured.residentBytes());
        setup.putRecipe(figures, config, config.train().batchSize());
        figures.put("micro_batch_size", BenchmarkSetup.largestPart(config.train()));
        setup.putCompute(figures);
        figures.put("workers", loaded.isPresent() ? config.data().workers().orElseThrow() : 0);
        ProcessUsage.putMachine(figures);
        return figures;
    }

    /** A step that is not finite updates nothing, so its time is not that of a step. */
    private static void refuseDivergence(TrainingStep.Result result, Batch batch) {
        if (!result.finite()) {
            throw new DivergedException(String.format(
                    Locale.ROOT,
                    "step %d has the loss %s and the gradient norm %s, so what a step takes cannot be measured; lower the"
                            + " rate with `set` optimizer.learning-rate=1e-4",
                    batch.step() + 1,
                    result.loss(),
                    result.gradientNorm()));
        }
    }

    /** Phase to its share of the time, 0 to 1; {@code other} is what lies between. */
    private static Map<String, Double> shares(StepTimer timer, double seconds) {
        Map<String, Double> shares = new LinkedHashMap<>();
        double sum = 0;
        for (Phase phase : Phase.values()) {
            double share = timer.seconds(phase) / seconds;
            shares.put(phase.name().toLowerCase(Locale.ROOT), share);
            sum += share;
        }
        shares.put("other", 1 - sum);
        return shares;
    }
}
