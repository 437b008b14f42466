package io.bandpass.train;

import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.Safetensors;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.Batch;
import io.bandpass.data.BatchLoader;
import io.bandpass.metrics.KnnMetrics;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Pre-training from one step to another: fetch, step, log, look, save. */
public final class PretrainingLoop {
    /** Draws pictures of reconstructions; told the step, returns the file. */
    public interface SampleWriter {
        Path write(long step) throws IOException;
    }

    private static final int LARGEST_RUN_OF_SKIPS = 3;

    private final RunConfig config;
    private final RunPlan plan;
    private final Learner learner;
    private final Optional<OnlineKnn> knn;
    private final SampleWriter samples;
    private final BadImages bad;
    private final int images;
    private final Checkpoints checkpoints;
    private final RunFolder folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopRequested;
    private final TrainingStep step;
    private final Progress progress;
    private final Curriculum curriculum;

    private long loggedStep;
    private long loggedNanos;
    private long loggedWaitNanos;

    /**
     * A run at its start, or where a checkpoint left it.
     *
     * @param config resolved
     * @param start state of the checkpoint; the learner is already loaded
     * @param stopRequested asked after each step; when true, the loop saves and returns
     */
    public PretrainingLoop(
            RunConfig config,
            RunPlan plan,
            Learner learner,
            Optional<OnlineKnn> knn,
            SampleWriter samples,
            BadImages bad,
            int images,
            RunFolder folder,
            TrainingListener listener,
            BooleanSupplier stopRequested,
            Optional<TrainingState> start) {
        this.config = config;
        this.plan = plan;
        this.learner = learner;
        this.knn = knn;
        this.samples = samples;
        this.bad = bad;
        this.images = images;
        this.folder = folder;
        this.listener = listener;
        this.stopRequested = stopRequested;
        checkpoints = new Checkpoints(folder.checkpoints(), config.checkpoint().keep());
        step = new TrainingStep(
                learner.task(),
                learner.optimizer(),
                plan.microBatchSize(),
                config.train().seed(),
                new StepClock());
        progress = start.map(Progress::new).orElseGet(Progress::new);
        curriculum = new Curriculum(config, plan.stepsPerEpoch());
    }

    /**
     * Trains until the last step, or until it is asked to stop.
     *
     * @return the state at the end, which is also in the newest checkpoint
     * @throws DivergedException after three steps in a row with a non-finite loss or gradient
     * @throws IOException if a checkpoint, picture or metric cannot be written; older checkpoints stand
     */
    public TrainingState run(BatchLoader loader) throws IOException {
        loggedStep = progress.step();
        loggedNanos = System.nanoTime();
        try (StartingValues start = startingValues()) {
            while (progress.step() < plan.totalSteps()) {
                try (Batch batch = loader.next()) {
                    make(batch, loader);
                }
                long made = System.nanoTime();
                if (progress.step() == 1) {
                    lookAt(start);
                }
                boolean stop = stopRequested.getAsBoolean();
                finish(stop);
                // Looking and saving do not count in images per second.
                loggedNanos += System.nanoTime() - made;
                if (stop) {
                    break;
                }
            }
        }
        return progress.snapshot(images, bad.reasons());
    }

    /** The encoder as the run begins; nothing in a resumed run, or where nobody will look at it. */
    private StartingValues startingValues() {
        boolean looks = progress.step() == 0 && knn.isPresent();
        return new StartingValues(looks ? learner.task().encoder().state() : List.of());
    }

    /** Measures where the run started from. It takes seconds, so the first step does not wait for it. */
    private void lookAt(StartingValues start) {
        if (knn.isPresent()) {
            double pixels = knn.get().pixelsTop1();
            progress.pixels(pixels);
            listener.onNotice("kNN on raw pixels is right for %.2f %% of the held-out images".formatted(100 * pixels));
            double top1 = start.during(knn.get()::encoderTop1);
            progress.start(top1);
            listener.onKnn(new KnnMetrics(0, 0, top1));
        }
        start.close();
    }

    /** What follows a step: the end of an epoch, looks, a checkpoint. */
    private void finish(boolean stop) throws IOException {
        boolean last = progress.step() == plan.totalSteps();
        if (progress.step() % plan.stepsPerEpoch() == 0) {
            progress.endEpoch();
        }
        boolean bestKnn = (last || isKnnDue()) && evaluate();
        if (last || isDue(config.evaluate().samplesEverySteps())) {
            listener.onSamples(progress.step(), samples.write(progress.step()));
        }
        if (last || stop || bestKnn || isDue(config.checkpoint().everySteps())) {
            save(bestKnn || (knn.isEmpty() && progress.takeLowestLoss()));
        }
    }

    private void make(Batch batch, BatchLoader loader) throws IOException {
        curriculum.beginningAt(batch.step()).ifPresent(listener::onNotice);
        double rate = plan.schedule().rateAt(batch.step());
        TrainingStep.Result result = step.run(batch, rate);
        if (result.finite()) {
            learner.updated();
            progress.made(result.loss());
        } else {
            skip(batch, result);
        }
        if (isDue(config.train().logEverySteps()) || progress.step() == plan.totalSteps() || !result.finite()) {
            log(result, rate, loader);
        }
    }

    private void skip(Batch batch, TrainingStep.Result result) throws IOException {
        progress.skipped();
        Path bundle = folder.replay(progress.step());
        writeReplay(batch, bundle);
        listener.onNotice(
                "step %d was skipped: its loss is %s and its gradient norm %s; what it was computed from is in %s"
                        .formatted(progress.step(), result.loss(), result.gradientNorm(), bundle));
        if (progress.skippedInARow() >= LARGEST_RUN_OF_SKIPS) {
            throw new DivergedException(
                    ("training diverged: loss or gradient were not finite %d steps in a row up to step %d; "
                                    + "try a lower learning rate, more warm-up or --precision fp32, from the last good checkpoint in %s")
                            .formatted(LARGEST_RUN_OF_SKIPS, progress.step(), folder.checkpoints()));
        }
    }

    /** The model and the batch of a step, in the names that a replay reads. */
    private void writeReplay(Batch batch, Path bundle) throws IOException {
        long[] indices = IntStream.of(batch.indices()).asLongStream().toArray();
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> batches = new LinkedHashMap<>();
            batches.put("images_u8", batch.images().unsqueeze(0));
            batches.put("step", Tensors.ofLongs(new long[] {batch.step()}, 1));
            batches.put("epoch", Tensors.ofLongs(new long[] {batch.epoch()}, 1));
            batches.put("indices", Tensors.ofLongs(indices, 1, indices.length));
            learner.task()
                    .part(batch.images(), batch.epoch(), batch.indices())
                    .drawn()
                    .forEach(drawn -> batches.put(drawn.name(), drawn.tensor().unsqueeze(0)));
            AtomicFiles.writeFolder(bundle, aside -> {
                Safetensors.write(aside.resolve("state.safetensors"), learner.modelState(), Map.of());
                Safetensors.write(aside.resolve("batches.safetensors"), batches, Map.of());
                Files.writeString(aside.resolve("config.yaml"), ConfigBuilder.toYaml(config));
            });
        }
    }

    private void log(TrainingStep.Result result, double rate, BatchLoader loader) {
        long now = System.nanoTime();
        double seconds = (now - loggedNanos) / 1e9;
        double waited = (loader.waitNanos() - loggedWaitNanos) / 1e9;
        listener.onStep(new StepMetrics(
                progress.step(),
                epoch(),
                result.loss(),
                rate,
                result.gradientNorm(),
                (progress.step() - loggedStep) * plan.batchSize() / seconds,
                Math.min(1, waited / seconds)));
        loggedStep = progress.step();
        loggedWaitNanos = loader.waitNanos();
        loggedNanos = System.nanoTime();
    }

    /** Measures kNN, where there are labels, and returns whether it is the best so far. */
    private boolean evaluate() {
        if (knn.isEmpty()) {
            return false;
        }
        double top1 = knn.get().encoderTop1();
        listener.onKnn(new KnnMetrics(progress.step(), epoch(), top1));
        return progress.knn(top1);
    }

    private void save(boolean best) throws IOException {
        TrainingState state = progress.snapshot(images, bad.reasons());
        Path saved = checkpoints.save(
                state, learner.modelState(), learner.optimizerState(), ConfigBuilder.toYaml(config), best);
        listener.onCheckpoint(state.step(), saved);
    }

    private boolean isKnnDue() {
        double every = config.evaluate().knnEveryEpochs() * plan.stepsPerEpoch();
        // The first step at or after each multiple.
        return every > 0 && Math.floor(progress.step() / every) > Math.floor((progress.step() - 1) / every);
    }

    private boolean isDue(int everySteps) {
        return everySteps > 0 && progress.step() % everySteps == 0;
    }

    private double epoch() {
        return progress.step() / (double) plan.stepsPerEpoch();
    }
}
