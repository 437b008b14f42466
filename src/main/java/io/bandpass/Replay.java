package io.bandpass;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.checkpoint.Safetensors;
import io.bandpass.checkpoint.TensorFile;
import io.bandpass.checkpoint.WeightsException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTask.Part;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.Tensors;
import io.bandpass.train.Learner;
import io.bandpass.train.RunPlan;
import io.bandpass.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Training steps from a given state, on given batches: to compare with another program, and to see again what a run
 * could not get over.
 */
public final class Replay {
    /**
     * What a step gave.
     *
     * @param step from 0
     * @param loss before the step
     * @param gradNorm before clipping
     * @param learningRate of the step
     */
    public record Step(long step, double loss, double gradNorm, double learningRate) {}

    private static final String IMAGES = "images_u8";
    private static final String IS_LOW = "is_low";
    private static final String INDICES = "indices";

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
     * Steps of a recipe.
     *
     * @param state weights of the task under our names, or those of any layout that {@code import} reads
     * @param batches a safetensors file: {@code images_u8} (steps, N, 3, H, W) uint8, and {@code is_low} (steps, N), 1
     *     where an image keeps its low frequencies; or, for any task, {@code indices} (steps, N) and {@code epoch}
     *     (steps), from which everything random follows, as a run's bundle has it
     */
    public static Replay of(Path state, Path batches, String recipe) {
        return new Replay(state, batches, recipe);
    }

    /** Sets a key over the recipe. */
    public Replay set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /**
     * How many steps an epoch of the schedule has; by default what the batches say ({@code steps_per_epoch}, as those of
     * a bundle do), else they are the whole run.
     */
    public Replay stepsPerEpoch(long steps) {
        if (steps < 1) {
            throw new ConfigException("--steps-per-epoch is " + steps + ", but must be a whole number above 0");
        }
        stepsPerEpoch = steps;
        return this;
    }

    /**
     * Takes moments and counter of AdamW from the state too, which is a PyTorch file that holds them. The first batch is
     * then that of the step with the counter's number, where the batches do not say another.
     */
    public Replay optimizerState(boolean taken) {
        optimizerState = taken;
        return this;
    }

    /** Makes the steps. */
    public List<Step> run() {
        return BandpassException.translating(() -> {
            ConfigBuilder<RunConfig> builder = Recipes.load(recipe);
            settings.forEach(builder::set);
            RunConfig asked = builder.build();
            Machine machine = Machine.start(asked);
            try (TensorFile file = Safetensors.read(batches)) {
                Tensor images = images(file, asked);
                return steps(file, images, asked, machine);
            }
        });
    }

    /** Makes the steps and writes them as a list of {@code {step, loss, grad_norm, learning_rate}}. */
    public List<Step> run(Path json) {
        List<Step> steps = run();
        return BandpassException.translating(() -> {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Step step : steps) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("step", step.step());
                row.put("loss", step.loss());
                row.put("grad_norm", step.gradNorm());
                row.put("learning_rate", step.learningRate());
                rows.add(row);
            }
            AtomicFiles.writeText(
                    json, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows) + "\n");
            return steps;
        });
    }

    /** All of one size: the encoder's own, or that of an earlier stage of a curriculum. */
    private Tensor images(TensorFile file, RunConfig asked) {
        Tensor images = file.get(IMAGES);
        long[] shape = Tensors.shape(images);
        boolean sound = images.scalar_type().intern() == ScalarType.Byte
                && shape.length == 5
                && shape[0] > 0
                && shape[1] > 0
                && shape[2] == 3
                && shape[3] == shape[4]
                && asked.stages().stream().anyMatch(stage -> stage.encoder().imageSize() == shape[3]);
        if (!sound) {
            int size = asked.encoder().imageSize();
            String stages = asked.curriculum().isEmpty()
                    ? ""
                    : " and curriculum.image-sizes " + asked.curriculum().imageSizes();
            throw new WeightsException(
                    "%s: %s must be uint8 of the shape (steps, N, 3, %d, %d), as encoder.image-size is %d%s, but its shape is %s"
                            .formatted(batches, IMAGES, size, size, size, stages, Arrays.toString(shape)));
        }
        return images;
    }

    private List<Step> steps(TensorFile file, Tensor images, RunConfig asked, Machine machine) throws IOException {
        int count = (int) images.size(0);
        int perStep = (int) images.size(1);
        int epochs = asked.train().epochs();
        long[] named = whole(file, "steps_per_epoch", 0, false);
        long perEpoch = stepsPerEpoch > 0 ? stepsPerEpoch : named.length > 0 ? named[0] : (count + epochs - 1) / epochs;
        RunConfig sized = ConfigBuilder.from(machine.choose(asked))
                .set("train.batch-size", Integer.toString(perStep), "the batches")
                .build();
        int virtualImages = Math.toIntExact(perEpoch * perStep);
        RunConfig config = RunPlan.resolve(sized, virtualImages, Environment.memoryBytes(), new ArrayList<>());
        RunPlan plan = RunPlan.of(config, virtualImages);
        List<Step> steps = new ArrayList<>();
        try (Learner<PretextTask> learner =
                new Learner<>(PretextTasks.create(config, machine.precision(), machine.device()), config)) {
            StoredModel.loadForeign(learner.task(), state);
            long before = optimizerState ? StoredModel.loadForeignOptimizer(learner.optimizer(), state) : 0;
            TrainingStep training = new TrainingStep(
                    learner.task(),
                    learner.optimizer(),
                    plan.microBatchSize(),
                    config.train().seed(),
                    new StepClock());
            for (int i = 0; i < count; i++) {
                try (PointerScope scope = new PointerScope()) {
                    long[] number = whole(file, "step", i, false);
                    long step = number.length == 0 ? before + i : number[0];
                    double rate = plan.schedule().rateAt(step);
                    List<Part> parts = parts(learner.task(), file, images.select(0, i), i, plan.microBatchSize());
                    TrainingStep.Result result =
                            training.run(parts, step, plan.schedule().at(step));
                    steps.add(new Step(step, result.loss(), result.gradientNorm(), rate));
                }
            }
        }
        return steps;
    }

    private List<Part> parts(PretextTask task, TensorFile file, Tensor images, int step, int microBatchSize) {
        int size = (int) images.size(0);
        long[] isLow = whole(file, IS_LOW, step, true);
        long[] indices = whole(file, INDICES, step, true);
        long[] epoch = whole(file, "epoch", step, false);
        if (indices.length > 0 && epoch.length == 0) {
            throw new WeightsException(batches + " holds " + INDICES
                    + " without epoch: both are needed, as what is random follows from both");
        }
        if (indices.length == 0 && (isLow.length == 0 || !(task instanceof MaskedFrequencyModel))) {
            throw new WeightsException(batches + " holds neither " + INDICES + " and epoch, nor " + IS_LOW
                    + " for the task mfm: it does not say what happens to its images");
        }
        List<Part> parts = new ArrayList<>();
        for (int from = 0; from < size; from += microBatchSize) {
            int[] rows =
                    IntStream.range(from, Math.min(size, from + microBatchSize)).toArray();
            Tensor part = Tensors.slice(images, 0, from, from + (long) rows.length);
            if (indices.length > 0) {
                int[] each = IntStream.of(rows).map(row -> (int) indices[row]).toArray();
                parts.add(task.part(part, epoch[0], each));
            } else {
                boolean[] low = new boolean[rows.length];
                for (int i = 0; i < low.length; i++) {
                    low[i] = isLow[rows[i]] != 0;
                }
                parts.add(((MaskedFrequencyModel) task).part(part, low));
            }
        }
        return parts;
    }

    /**
     * The whole numbers of a step; none where the file has no such tensor.
     *
     * @param ofImages whether there is one for each image, or one
     */
    private long[] whole(TensorFile file, String name, int step, boolean ofImages) {
        @Nullable Tensor all = file.find(name);
        if (all == null) {
            return new long[0];
        }
        Tensor images = file.get(IMAGES);
        boolean fits = ofImages
                ? all.dim() == 2 && all.size(0) == images.size(0) && all.size(1) == images.size(1)
                : all.dim() == 1 && all.size(0) == images.size(0);
        if (!fits) {
            throw new WeightsException("%s: %s has the shape %s, which does not go with %s of %s"
                    .formatted(
                            batches,
                            name,
                            Arrays.toString(Tensors.shape(all)),
                            IMAGES,
                            Arrays.toString(Tensors.shape(images))));
        }
        double[] values = Tensors.toDoubles(all.select(0, step).reshape(-1));
        return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
    }
}
