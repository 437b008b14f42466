package io.bandpass;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.torch.Precision;
import io.bandpass.train.RunPlan;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Device;

/**
 * What is settled before something is measured, as a run would settle it.
 *
 * @param asked the configuration before anything that depends on the machine was chosen
 * @param capped whether a batch that would be computed in parts is made as small as one part
 */
record BenchmarkSetup(RunConfig asked, String recipe, boolean capped, Machine machine) {
    /** Loads LibTorch and chooses device, precision and threads. Measured are images of the encoder's own size. */
    static BenchmarkSetup of(RunConfig asked, String recipe, boolean capped) {
        return new BenchmarkSetup(asked.withoutCurriculum(), recipe, capped, Machine.start(asked));
    }

    Device device() {
        return machine.device();
    }

    Precision precision() {
        return machine.precision();
    }

    /** The configuration for this many images, in which nothing is left to choose. */
    RunConfig resolve(int images) {
        RunConfig chosen = machine.choose(asked);
        RunConfig resolved = plan(chosen, images);
        int part = resolved.train().microBatchSize().orElseThrow();
        if (!capped || part == resolved.train().batchSize()) {
            return resolved;
        }
        return plan(
                ConfigBuilder.from(chosen)
                        .set("train.batch-size", Integer.toString(part), "the part of a batch")
                        .build(),
                images);
    }

    private static RunConfig plan(RunConfig chosen, int images) {
        // What a run would say of epochs and warm-up means nothing here, and the batch is among the figures.
        return RunPlan.resolve(chosen, images, Environment.memoryBytes(), new ArrayList<>());
    }

    /** Finds the images of a configuration, as a run does. */
    static Datasets open(RunConfig config, BadImages bad) {
        return Datasets.open(
                config.data(),
                config.data().paths(),
                config.train().seed(),
                config.evaluate().heldOutFraction(),
                bad);
    }

    /** The loader of a run that never ends. */
    static BatchLoader endlessLoader(RunConfig resolved, ImageSource images, BadImages bad) {
        RunPlan plan = RunPlan.of(resolved, images.size());
        RunPlan endless = new RunPlan(
                plan.batchSize(),
                plan.microBatchSize(),
                plan.stepsPerEpoch(),
                Long.MAX_VALUE,
                plan.learningRate(),
                plan.schedule());
        return PretrainingSession.loader(
                resolved, endless, step -> resolved.encoder().imageSize(), images, bad, 0);
    }

    /** Adds what is measured, of the recipe. */
    void putRecipe(Map<String, Object> figures, RunConfig resolved, int batchSize) {
        figures.put("recipe", recipe);
        figures.put("image_size", resolved.encoder().imageSize());
        figures.put("batch_size", batchSize);
    }

    /** Adds what computes. */
    void putCompute(Map<String, Object> figures) {
        figures.put("precision", precision().name().toLowerCase(Locale.ROOT));
        figures.put("device", device().is_cuda() ? "cuda" : "cpu");
        figures.put("threads", machine.threads());
    }
}
