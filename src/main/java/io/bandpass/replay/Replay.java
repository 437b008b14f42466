package io.bandpass.replay;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.interop.CheckpointState;
import io.bandpass.machine.ComputeChoice;
import io.bandpass.machine.Environment;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import io.bandpass.task.TrainingTask;
import io.bandpass.text.Json;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import io.bandpass.train.ModelState;
import io.bandpass.train.TrainingPlan;
import io.bandpass.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Replays training steps from a saved state on saved batches, for parity checks against another program or to reproduce
 * a step that diverged.
 */
public final class Replay {
    /**
     * Result of a step.
     *
     * @param step step number, from 0
     * @param loss loss before the update
     * @param gradNorm gradient norm before clipping
     * @param learningRate learning rate of the step
     */
    public record Step(long step, double loss, double gradNorm, double learningRate) {}

    private static final String IS_LOW = "is_low";

    private final Path state;
    private final Path batches;
    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private long stepsPerEpoch;
    private boolean optimizerState;

    private Replay(Path state, Path batches, String recipe) {
        this.state = state;
        this.batches = batches;
        this.recipe = recipe;
    }

    /**
     * Returns a replay of a recipe.
     *
     * @param state weights of the task under Bandpass names, or in any layout that {@code import} reads
     * @param batches a safetensors file: {@code images_u8} (steps, N, 3, H, W) uint8, and {@code is_low} (steps, N), 1
     *     where an image keeps its low frequencies; or, for any task, {@code indices} (steps, N) and {@code epoch}
     *     (steps), which determine all randomness, as in a run's replay bundle
     */
    public static Replay of(Path state, Path batches, String recipe) {
        return new Replay(state, batches, recipe);
    }

    /** Overrides a key of the recipe. */
    public Replay set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /**
     * Sets the steps per epoch of the schedule. By default this is {@code steps_per_epoch} of the batches, as in a
     * replay bundle; without it, the batches are the whole run.
     */
    public Replay stepsPerEpoch(long steps) {
        if (steps < 1) {
            throw new ConfigException("`steps-per-epoch` is " + steps + ", but must be a whole number above 0");
        }
        stepsPerEpoch = steps;
        return this;
    }

    /**
     * Also loads AdamW's moments and step counter from the state, which must be a PyTorch file that holds them. Unless
     * the batches have step numbers, the first one then has the number of the counter.
     */
    public Replay optimizerState(boolean load) {
        optimizerState = load;
        return this;
    }

    /** Runs the steps. */
    public List<Step> run() throws IOException {
        return run(RunKinds.ofRecipe(recipe));
    }

    /** Runs the steps of a recipe of this kind of training. */
    public <C extends Record & RunConfig> List<Step> run(RunKind<C> kind) throws IOException {
        C requested = kind.load(recipe, settings);
        if (optimizerState && kind.usesLabels()) {
            throw new ConfigException("`optimizer-state` goes with a recipe of pretrain alone");
        }
        try (TensorFile file = Safetensors.read(batches)) {
            ReplayBatches all = new ReplayBatches(file, requested.imageSizes());
            Compute compute = ComputeChoice.start(requested);
            C config = resolved(requested, compute, all);
            try (ModelState<TrainingTask> model =
                    new ModelState<>(kind.task(config, kind.classes(state), compute), config)) {
                CheckpointState.loadModel(model.task(), state);
                long before = optimizerState ? CheckpointState.loadOptimizer(model.optimizer(), state) : 0;
                return steps(config, all, model, before, kind.usesLabels());
            }
        }
    }

    /** Runs the steps and writes them as a list of {@code {step, loss, grad_norm, learning_rate}}. */
    public List<Step> run(Path json) throws IOException {
        List<Step> steps = run();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Step step : steps) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("step", step.step());
            row.put("loss", step.loss());
            row.put("grad_norm", step.gradNorm());
            row.put("learning_rate", step.learningRate());
            rows.add(row);
        }
        AtomicFiles.writeText(json, Json.pretty(rows));
        return steps;
    }

    private <T extends Record & RunConfig> T resolved(T requested, Compute compute, ReplayBatches all) {
        T sized = ConfigBuilder.from(ComputeChoice.resolve(requested, compute))
                .set("train.batch-size", Integer.toString(all.size()), "the batches")
                .build();
        return TrainingPlan.resolve(sized, images(requested, all), Environment.memoryBytes(), new ArrayList<>());
    }

    /** Returns the size of the training set that the schedule assumes: that of an epoch's steps. */
    private int images(RunConfig config, ReplayBatches all) {
        long[] named = all.numbers("steps_per_epoch", 0, false);
        int epochs = config.train().steps().isPresent() ? 1 : config.train().epochs();
        long perEpoch =
                stepsPerEpoch > 0 ? stepsPerEpoch : named != null ? named[0] : (all.steps() + epochs - 1) / epochs;
        return Math.toIntExact(perEpoch * all.size());
    }

    private List<Step> steps(RunConfig config, ReplayBatches all, ModelState<?> model, long before, boolean labels) {
        TrainingPlan plan = TrainingPlan.of(config, images(config, all));
        TrainingStep training = new TrainingStep(
                model.task(),
                model.optimizer(),
                plan.microBatchSize(),
                config.train().seed(),
                new StepTimer());
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < all.steps(); i++) {
            try (PointerScope scope = new PointerScope()) {
                long[] number = all.step(i);
                long step = number == null ? before + i : number[0];
                TrainingStep.Result result = training.run(
                        microBatches(model.task(), all, i, step, plan, labels),
                        step,
                        plan.schedule().at(step));
                steps.add(new Step(
                        step,
                        result.loss(),
                        result.gradientNorm(),
                        plan.schedule().rateAt(step)));
            }
        }
        return steps;
    }

    private static List<? extends TrainingTask.MicroBatch> microBatches(
            TrainingTask task, ReplayBatches all, int batch, long step, TrainingPlan plan, boolean labels) {
        long[] isLow = all.numbers(IS_LOW, batch, true);
        if (all.hasDraws() || isLow == null || !(task instanceof MaskedFrequencyModel model)) {
            Optional<Tensor> targets = labels ? Optional.of(all.labels(batch)) : Optional.empty();
            return task.microBatches(all.batch(batch, step, plan.epochAt(step), targets), plan.microBatchSize());
        }
        List<MicroBatch> microBatches = new ArrayList<>();
        for (MicroBatchSpans.Span span : MicroBatchSpans.of(all.size(), plan.microBatchSize())) {
            boolean[] low = new boolean[span.size()];
            for (int i = 0; i < low.length; i++) {
                low[i] = isLow[span.from() + i] != 0;
            }
            microBatches.add(model.microBatch(Tensors.slice(all.images(batch), 0, span.from(), span.to()), low));
        }
        return microBatches;
    }
}
