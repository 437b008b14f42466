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
import io.bandpass.nn.Parts;
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
 * What is settled before something is measured, as a run would settle it.
 *
 * @param kind of training that the steps are of
 * @param asked the configuration before anything that depends on the machine was chosen
 * @param capped whether a batch that would be computed in parts is made as small as one part
 */
record BenchmarkSetup<T extends Record & RunConfig>(
        RunKind<T> kind, T asked, String recipe, boolean capped, Compute compute) {
    /** Loads LibTorch and chooses device, precision and threads. Measured are images of the encoder's own size. */
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

    /** The configuration for this many images, in which nothing is left to choose. */
    T resolve(int images) {
        T chosen = ComputeChoice.resolve(asked, compute);
        T resolved = plan(chosen, images);
        int part = largestPart(resolved.train());
        if (!capped || part == resolved.train().batchSize()) {
            return resolved;
        }
        return plan(
                ConfigBuilder.from(chosen)
                        .set("train.batch-size", Integer.toString(part), "the part of a batch")
                        .build(),
                images);
    }

    /** The most images that go through a forward pass of a run: parts of a batch are of about the same size. */
    static int largestPart(TrainSection resolved) {
        return Parts.largest(resolved.batchSize(), resolved.microBatchSize().orElseThrow());
    }

    private static <T extends Record & RunConfig> T plan(T chosen, int images) {
        // What a run would say of epochs and warm-up means nothing here, and the batch is among the figures.
        return TrainingPlan.resolve(chosen, images, Environment.memoryBytes(), new ArrayList<>());
    }

    /** Finds the images, as a run does. */
    Datasets open(UnreadableImages bad) {
        return kind.select(asked, kind.open(asked, kind.split(asked), bad));
    }

    /**
     * What a run trains.
     *
     * @param images that it is trained on; nothing for some that lie in memory, whose classes are made up too
     */
    TrainingTask task(T resolved, Optional<ImageSource> images) {
        int classes = images.map(each -> each.classNames().size()).orElse(SyntheticBatches.CLASSES);
        return kind.task(resolved, classes, compute);
    }

    /** The loader of a run that never ends. */
    static BatchLoader endlessLoader(RunConfig resolved, ImageSource images, UnreadableImages bad) {
        TrainingPlan plan = TrainingPlan.of(resolved, images.size());
        TrainingPlan endless = new TrainingPlan(
                plan.batchSize(),
                plan.microBatchSize(),
                plan.stepsPerEpoch(),
                Long.MAX_VALUE,
                plan.learningRate(),
                plan.schedule());
        return RunSetup.loader(resolved, endless, step -> resolved.encoder().imageSize(), images, bad, 0);
    }

    /** Adds what is measured, of the recipe. */
    void putRecipe(Map<String, Object> figures, RunConfig resolved, int batchSize) {
        figures.put("recipe", recipe);
        figures.put("image_size", resolved.encoder().imageSize());
        figures.put("batch_size", batchSize);
    }

    /** Adds what computes. */
    void putCompute(Map<String, Object> figures) {
        figures.put("precision", precision().word());
        figures.put("device", compute.deviceWord());
        figures.put("threads", compute.threads());
    }
}
