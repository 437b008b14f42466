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

/** Benchmark of training steps and of the time spent in each phase, without evaluation, logging or saving. */
final class StepBenchmark<C extends Record & RunConfig> {
    /**
     * Matrix products of a step in units of a forward pass: forward, gradients of the inputs, gradients of the weights.
     */
    private static final int PASSES = 3;

    private final BenchmarkSetup<C> setup;
    private final TimedRounds rounds;

    StepBenchmark(BenchmarkSetup<C> setup, TimedRounds rounds) {
        this.setup = setup;
        this.rounds = rounds;
    }

    /** Measures and returns the figures by key. Without data paths, trains on synthetic images in memory. */
    Map<String, Object> measure() {
        C requested = setup.asked();
        if (requested.data().paths().isEmpty()) {
            C config = setup.resolve(Integer.MAX_VALUE);
            try (SyntheticBatches batches =
                    new SyntheticBatches(setup.kind(), config.train().batchSize(), config.imageSize())) {
                return measure(config, Optional.empty(), batches::next);
            }
        }
        UnreadableImages unreadable = new UnreadableImages(requested.data().maxBad());
        ImageSource images = setup.open(unreadable).train();
        C config = setup.resolve(images.size());
        try (BatchLoader loader = setup.endlessLoader(config, images, unreadable)) {
            return measure(config, Optional.of(images), loader::next);
        }
    }

    /** Measures steps; time spent waiting for images counts only if they come from a loader. */
    private Map<String, Object> measure(C config, Optional<ImageSource> loaded, Supplier<Batch> batches) {
        GemmThroughput products = new GemmThroughput(setup.device(), rounds.seconds());
        products.look();
        StepTimer timer = new StepTimer();
        TimedRounds.Measured measured;
        try (ModelState<TrainingTask> model = new ModelState<>(setup.task(config, loaded), config)) {
            TrainingStep step = new TrainingStep(
                    model.task(),
                    model.optimizer(),
                    config.train().microBatchSize().orElseThrow(),
                    config.train().seed(),
                    timer);
            double rate = config.optimizer().learningRate().orElseThrow();
            Runnable work = () -> {
                // Time between two steps belongs to no phase.
                timer.start();
                try (Batch batch = batches.get()) {
                    if (loaded.isPresent()) {
                        timer.endPhase(Phase.DATA_WAIT);
                    }
                    rejectDivergence(step.run(batch, scale -> rate * scale), batch);
                    model.updated();
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

    /** Rejects a step that is not finite: it makes no update, so its time is not that of a full step. */
    private static void rejectDivergence(TrainingStep.Result result, Batch batch) {
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

    /** Returns the share of the time per phase, 0 to 1; {@code other} is the time between phases. */
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
