package io.bandpass.train;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.BatchShare;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.task.Batch;
import io.bandpass.task.DivergedException;
import io.bandpass.text.Json;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Training loop, independent of the task: fetch, step, log, evaluate, save. */
public final class TrainingLoop implements AutoCloseable {
    /**
     * Result of training.
     *
     * @param state also stored in the newest checkpoint
     * @param complete whether the run is finished, as opposed to stopped on request
     */
    public record Outcome(TrainingState state, boolean complete) {}

    /**
     * What surrounds the loop in a session of a run.
     *
     * @param images number of training images
     * @param stopRequested polled after each step; when true, in any process, the loop saves and returns
     * @param processes all that train this model; the first one writes files
     * @param share the part of each batch that this process computes
     */
    public record Session(
            RunFolder folder,
            int images,
            UnreadableImages unreadable,
            TrainingListener listener,
            BooleanSupplier stopRequested,
            Communicator processes,
            BatchShare share) {}

    /**
     * A run has diverged after this many non-finite steps in a row, or this many failed checks of its weights in a row.
     */
    private static final int LARGEST_RUN_OF_SKIPS = 3;

    private final RunConfig config;
    private final String yaml;
    private final TrainingPlan plan;
    private final ModelState<?> model;
    private final Evaluator evaluator;
    private final UnreadableImages unreadable;
    private final int images;
    private final Checkpoints checkpoints;
    private final RunFolder folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopRequested;
    private final Communicator processes;
    private final BatchShare share;
    private final TrainingStep step;
    private final Progress progress;
    private final ThroughputWatch throughput;

    /** Whether everything due after the last step was done; false if its weights were not known to be good. */
    private boolean settled;

    /** Number of consecutive checks that found bad weights. */
    private int badWeights;

    private long loggedStep;
    private long loggedNanos;
    private long loggedWaitNanos;

    /**
     * Creates the loop of a new run, or of one resumed from a checkpoint.
     *
     * @param config resolved
     * @param model already loaded from the checkpoint, if any
     * @param evaluator closed by the caller
     * @param start state of the checkpoint
     */
    public <T extends Record & RunConfig> TrainingLoop(
            T config,
            TrainingPlan plan,
            ModelState<?> model,
            Evaluator evaluator,
            Session session,
            Optional<TrainingState> start) {
        this.config = config;
        this.plan = plan;
        this.model = model;
        processes = session.processes();
        share = session.share();
        this.evaluator = SharedEvaluator.of(evaluator, processes);
        yaml = ConfigBuilder.toYaml(config);
        unreadable = session.unreadable();
        images = session.images();
        folder = session.folder();
        listener = session.listener();
        stopRequested = session.stopRequested();
        checkpoints = new Checkpoints(folder.checkpoints(), config.checkpoint().keep());
        step = new TrainingStep(
                model.task(),
                model.optimizer(),
                plan.microBatchSize(),
                config.train().seed(),
                new StepTimer(),
                processes);
        throughput = new ThroughputWatch(config.train());
        progress = start.map(Progress::new).orElseGet(Progress::new);
        settled = progress.skippedInARow() == 0;
    }

    /**
     * Trains until the last step, early stopping or a stop request. It stops with good weights only: if requested
     * during a series of skipped steps, it continues until a step is finite.
     *
     * @throws DivergedException after three steps in a row with a non-finite loss or gradient, or if the weights after
     *     the last step are bad; checkpoints always hold good weights
     * @throws IOException if a checkpoint, picture or metric cannot be written; older checkpoints are kept
     */
    public Outcome run(BatchLoader loader) throws IOException {
        loggedStep = progress.step();
        loggedNanos = System.nanoTime();
        boolean stopped = false;
        evaluator.begin(progress);
        while (!stopped && !isComplete()) {
            try (Batch batch = loader.next()) {
                make(batch, loader);
                long made = System.nanoTime();
                if (progress.step() == 1) {
                    evaluator.afterFirstStep(progress);
                }
                stopped = finish(batch, processes.any(stopRequested.getAsBoolean()));
                // Evaluating and saving do not count towards throughput.
                loggedNanos += System.nanoTime() - made;
            }
        }
        if (!settled) {
            throw diverged(String.format(
                    Locale.ROOT,
                    progress.skippedInARow() > 0
                            ? "the loss or the gradient was not finite in the last step of the run, %d"
                            : "the weights after the last step of the run, %d, give no finite loss",
                    progress.step()));
        }
        return new Outcome(progress.snapshot(images, unreadable.reasons()), isComplete());
    }

    /** Closes what the loop made itself. */
    @Override
    public void close() {
        step.close();
    }

    private boolean isComplete() {
        return isLast() || (settled && evaluator.shouldStop(progress));
    }

    private boolean isLast() {
        return progress.step() == plan.totalSteps();
    }

    /**
     * Does what is due after a step: end of epoch, evaluation, checkpoint. While the weights are bad, this is postponed
     * until they are good again, so that no score or checkpoint comes from weights that produce NaN.
     *
     * @return whether to stop, as requested
     */
    private boolean finish(Batch batch, boolean stop) throws IOException {
        if (progress.step() % plan.stepsPerEpoch() == 0) {
            progress.endEpoch();
        }
        boolean saveIsDue = progress.isDue(config.checkpoint().everySteps());
        boolean due = isLast() || stop || saveIsDue || evaluator.isDue(progress);
        settled = progress.skippedInARow() == 0 && (!due || areGood(batch));
        if (stop && !settled && !isLast()) {
            listener.onNotice("stopping is put off until a step gives good weights, which can be saved");
        }
        if (!due || !settled) {
            return false;
        }
        boolean best = evaluator.after(progress, isLast());
        if (isComplete() || stop || best || saveIsDue) {
            save(best || (!evaluator.hasScores() && progress.takeLowestLoss()));
        }
        return stop;
    }

    /**
     * Returns whether training can continue from the current weights. A finite step may still produce weights that are
     * not finite, or whose loss is not, even on the same images; one micro-batch of them is tried.
     *
     * @throws DivergedException if training cannot recover
     */
    private boolean areGood(Batch batch) throws IOException {
        model.averageStatistics(processes);
        Optional<String> notFinite = model.notFinite();
        if (notFinite.isPresent()) {
            throw diverged(
                    String.format(Locale.ROOT, "after step %d, %s is not finite", progress.step(), notFinite.get()));
        }
        TrainingStep.Result again = step.withoutUpdate(batch);
        if (again.finite()) {
            badWeights = 0;
            return true;
        }
        badWeights++;
        if (badWeights >= LARGEST_RUN_OF_SKIPS) {
            throw diverged(String.format(
                    Locale.ROOT, "%d weights in a row up to step %d give no finite loss", badWeights, progress.step()));
        }
        listener.onNotice(String.format(
                Locale.ROOT,
                "the weights after step %d are neither saved nor looked at: on the same images their loss is %s and its gradient norm %s",
                progress.step(),
                again.loss(),
                again.gradientNorm()));
        return false;
    }

    private void make(Batch batch, BatchLoader loader) throws IOException {
        if (settled) {
            progress.settle();
        }
        if (evaluator.startsNewObjective(batch.step())) {
            progress.forgetLosses();
            throughput.forget();
        }
        double rate = plan.schedule().rateAt(batch.step());
        long begun = System.nanoTime();
        TrainingStep.Result result = step.run(batch, plan.schedule().at(batch.step()));
        throughput.made(batch.keys().length, (System.nanoTime() - begun) / 1e9).ifPresent(listener::onNotice);
        if (result.finite()) {
            model.updated();
            progress.made(result.loss());
        } else {
            skip(batch, result);
        }
        if (progress.step() % config.train().logEverySteps() == 0 || isLast() || !result.finite()) {
            log(result, rate, loader);
        }
    }

    private void skip(Batch batch, TrainingStep.Result result) throws IOException {
        progress.skipped();
        Path bundle = folder.replay(progress.step());
        try (PointerScope scope = new PointerScope()) {
            Batch whole = gathered(batch);
            processes.fromFirst(() -> {
                writeReplay(whole, bundle);
                return "";
            });
        }
        listener.onNotice(String.format(
                Locale.ROOT,
                "step %d was skipped: %s; what it was computed from is in %s",
                progress.step(),
                result.reason(),
                bundle));
        if (progress.skippedInARow() >= LARGEST_RUN_OF_SKIPS) {
            throw diverged(String.format(
                    Locale.ROOT,
                    "the loss, the gradient or a running statistic was not finite %d steps in a row up to step %d",
                    progress.skippedInARow(),
                    progress.step()));
        }
    }

    private DivergedException diverged(String how) throws IOException {
        String lastCheckpoint = checkpoints
                .newestFolder()
                .map(newest -> "the last good checkpoint is " + newest)
                .orElse("there is no checkpoint in " + folder.checkpoints());
        return new DivergedException(String.format(
                Locale.ROOT, "training diverged: %s; %s; %s", how, Divergence.advice(config), lastCheckpoint));
    }

    /** Returns the whole batch, in its order. */
    private Batch gathered(Batch own) {
        if (processes.size() == 1) {
            return own;
        }
        int[] rows = new int[plan.batchSize()]; // of each position among what was gathered
        for (int rank = 0, row = 0; rank < processes.size(); rank++) {
            for (int position : new BatchShare(rank, share.size(), share.mirrored()).positions(plan.batchSize())) {
                rows[position] = row++;
            }
        }
        return new Batch(
                        own.step(),
                        own.epoch(),
                        own.epochsDone(),
                        gathered(own.indices()),
                        gathered(own.keys()),
                        processes.gather(own.images()),
                        own.targets().map(processes::gather))
                .select(rows);
    }

    private int[] gathered(int[] numbers) {
        long[] wide = IntStream.of(numbers).asLongStream().toArray();
        return LongStream.of(Tensors.toLongs(processes.gather(Tensors.ofLongs(wide, wide.length))))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** Writes the model and the batch of a step, under the names that a replay reads. */
    private void writeReplay(Batch batch, Path bundle) throws IOException {
        long[] keys = IntStream.of(batch.keys()).asLongStream().toArray();
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> batches = new LinkedHashMap<>();
            batches.put("images_u8", batch.images().unsqueeze(0)); // (1, N, 3, H, W)
            batches.put("step", Tensors.ofLongs(new long[] {batch.step()}, 1));
            batches.put("steps_per_epoch", Tensors.ofLongs(new long[] {plan.stepsPerEpoch()}, 1));
            batches.put("epoch", Tensors.ofLongs(new long[] {batch.epoch()}, 1));
            batches.put("indices", Tensors.ofLongs(keys, 1, keys.length));
            model.task()
                    .microBatches(batch, keys.length)
                    .forEach(microBatch -> microBatch
                            .drawn()
                            .forEach(drawn ->
                                    batches.put(drawn.name(), drawn.tensor().unsqueeze(0))));
            AtomicFiles.writeFolder(bundle, staging -> {
                Safetensors.write(staging.resolve("state.safetensors"), model.modelState(), Map.of());
                Safetensors.write(staging.resolve("batches.safetensors"), batches, Map.of());
                Files.writeString(staging.resolve("config.yaml"), yaml);
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

    private void save(boolean best) throws IOException {
        collectUnreadable();
        processes.fromFirst(() -> {
            TrainingState state = progress.snapshot(images, unreadable.reasons());
            Path saved = checkpoints.save(state, model.modelState(), model.optimizerState(), yaml, best);
            listener.onCheckpoint(state.step(), saved);
            return "";
        });
    }

    /** Tells every process which images the others could not read. */
    private void collectUnreadable() throws IOException {
        if (processes.size() > 1) {
            for (String reasons : processes.gather(Json.line(unreadable.reasons()))) {
                Json.mapper()
                        .readValue(reasons, new TypeReference<Map<String, String>>() {})
                        .forEach(unreadable::add);
            }
        }
    }

    private double epoch() {
        return plan.epochAt(progress.step());
    }
}
