package io.bandpass.bench;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.machine.ComputeChoice;
import io.bandpass.machine.Environment;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunSetup;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Precision;
import io.bandpass.train.TrainingPlan;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Device;

/**
 * Setup of a measurement, resolved as a run would resolve it.
 *
 * @param kind kind of training to measure
 * @param asked the configuration before settings that depend on the machine are resolved
 * @param recipe name of the recipe
 * @param capped whether to reduce a batch that would be split into micro-batches to the size of one
 */
record BenchmarkSetup<T extends Record & RunConfig>(
        RunKind<T> kind, T asked, String recipe, boolean capped, Compute compute) {
    /** Loads LibTorch and chooses device, precision and threads. Images have the encoder's own size. */
    static <T extends Record & RunConfig> BenchmarkSetup<T> of(
            RunKind<T> kind, T asked, String recipe, boolean capped) {
        return new BenchmarkSetup<>(kind, kind.atOneSize(asked), recipe, capped, ComputeChoice.start(asked));
    }

    Device device() {
        return compute.device();
    }

    Precision precision() {
        return compute.precision();
    }

    /** Returns the fully resolved configuration for this many images. */
    T resolve(int images) {
        T chosen = ComputeChoice.resolve(asked, compute);
        T resolved = plan(chosen, images);
        int microBatch = largestPart(resolved.train());
        if (!capped || microBatch == resolved.train().batchSize()) {
            return resolved;
        }
        return plan(
                ConfigBuilder.from(chosen)
                        .set("train.batch-size", Integer.toString(microBatch), "the part of a batch")
                        .build(),
                images);
    }

    /** Returns the largest micro-batch of a run, as a batch is split into micro-batches of about equal size. */
    static int largestPart(TrainSection resolved) {
        return MicroBatchSpans.largest(
                resolved.batchSize(), resolved.microBatchSize().orElseThrow());
    }

    private static <T extends Record & RunConfig> T plan(T chosen, int images) {
        // A run's notices on epochs and warm-up do not matter here, and the batch size is among the figures.
        return TrainingPlan.resolve(chosen, images, Environment.memoryBytes(), new ArrayList<>());
    }

    /** Opens the images, as a run does. */
    Datasets open(UnreadableImages unreadable) {
        return kind.select(asked, kind.open(asked, kind.split(asked), unreadable));
    }

    /**
     * Creates the task that a run would train.
     *
     * @param images training images; empty for synthetic ones, whose classes are synthetic too
     */
    TrainingTask task(T resolved, Optional<ImageSource> images) {
        int classes = images.map(kind::classes).orElseGet(kind::syntheticClasses);
        return kind.task(resolved, classes, compute);
    }

    /** Creates the loader of a run without end. */
    BatchLoader endlessLoader(T resolved, ImageSource images, UnreadableImages unreadable) {
        TrainingPlan plan = TrainingPlan.of(resolved, images.size());
        TrainingPlan endless = new TrainingPlan(
                plan.batchSize(),
                plan.microBatchSize(),
                plan.stepsPerEpoch(),
                Long.MAX_VALUE,
                plan.learningRate(),
                plan.schedule());
        return RunSetup.loader(kind, resolved, endless, step -> resolved.imageSize(), images, unreadable, 0);
    }

    /** Adds the figures of the recipe: name, image size and batch size. */
    void putRecipe(Map<String, Object> figures, RunConfig resolved, int batchSize) {
        figures.put("recipe", recipe);
        figures.put("image_size", resolved.imageSize());
        figures.put("batch_size", batchSize);
    }

    /** Adds precision, device and threads. */
    void putCompute(Map<String, Object> figures) {
        figures.put("precision", precision().word());
        figures.put("device", compute.deviceWord());
        figures.put("threads", compute.threads());
    }
}
