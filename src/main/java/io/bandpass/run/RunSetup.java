package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.BatchShare;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.machine.Environment;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.text.Addresses;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import io.bandpass.train.TrainingLoop;
import io.bandpass.train.TrainingPlan;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import org.bytedeco.pytorch.Device;

/** Prepares a run (data paths, run folder, start-up facts) and builds its summary. */
public final class RunSetup {
    static final String DONE = "done";
    public static final String INTERRUPTED = "interrupted";

    private RunSetup() {}

    /**
     * Makes the paths of the data and its index absolute, so that a run can be resumed from any folder. Uses the
     * bundled data if no paths are configured.
     */
    public static <T extends Record & RunConfig> T locate(T requested) {
        List<String> paths = requested.data().paths();
        List<String> located;
        if (paths.isEmpty()) {
            Path sample = Environment.sample(Recipes.samples(requested.getClass()))
                    .orElseThrow(
                            () -> new DataException(
                                    "no data was given, and the bundled images are not there; give folders of images with `data`"));
            located = List.of(sample.toAbsolutePath().toString());
        } else {
            located = paths.stream().map(RunSetup::absolute).toList();
        }
        String index = requested.data().index();
        boolean isFolder = !index.equals("auto") && !index.equals("none");
        String cache = requested.data().cache();
        return ConfigBuilder.with(
                requested,
                requested
                        .data()
                        .withPaths(located)
                        .withIndex(isFolder ? absolute(index) : index)
                        .withCache(cache.equals("auto") ? cache : absolute(cache)));
    }

    /** Returns the default run folder: the first that does not exist yet. */
    static Path nextFree(String recipe) {
        for (int n = 1; ; n++) {
            Path folder = Path.of("runs", Recipes.shortName(recipe) + "-" + n);
            if (!Files.exists(folder)) {
                return folder;
            }
        }
    }

    private static String absolute(String path) {
        if (Addresses.isAddress(path)) {
            return path;
        }
        // A File may contain glob wildcards on every system, a Path may not.
        return new File(path).getAbsolutePath();
    }

    /**
     * Returns the start-up facts of a run.
     *
     * @param requested the configuration before it was resolved, as the resolved one has absolute learning rates only
     */
    static RunFacts facts(RunConfig requested, RunContext<?> run, TrainingSetup setup) {
        RunConfig config = run.config();
        TrainingPlan plan = run.plan();
        Datasets datasets = run.datasets();
        Device device = run.compute().device();
        Path folder = run.folder().root();
        long startStep = run.startStep();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("bandpass", Environment.version() + ", LibTorch " + Engine.version());
        lines.put(
                "device",
                (device.is_cuda() ? "cuda" : "cpu, " + Engine.blas() + ", " + Engine.vectorInstructions()) + ", "
                        + run.compute().precision().word() + ", "
                        + Counts.of(config.train().threads().orElseThrow(), "compute thread") + ", "
                        + Counts.of(config.data().workers().orElseThrow(), "loader thread"));
        lines.put("data", String.join("\n", config.data().shown().paths()));
        lines.put(
                "images",
                datasets.train().size() + " to train on"
                        + datasets.heldOut()
                                .map(held -> ", " + held.size() + " held out" + classes(datasets.train()))
                                .orElse(", no labels")
                        + ", " + datasets.bad().size() + " unreadable");
        lines.put("recipe", config.description().isEmpty() ? "own" : config.description());
        lines.put(
                "model",
                String.format(
                        Locale.ROOT,
                        "%s, %,d parameters, %d px, stride %d",
                        config.encoder().type(),
                        setup.task().parameterCount(),
                        config.encoder().imageSize(),
                        config.encoder().stride()));
        lines.putAll(setup.facts());
        lines.put(
                "batch",
                Counts.of(plan.batchSize(), "image") + " per step, "
                        + (run.processes().size() == 1
                                ? ""
                                : plan.batchSize() / run.processes().size() + " in each of "
                                        + run.processes().size() + " processes, ")
                        + plan.microBatchSize() + " per forward pass");
        lines.put("learning rate", learningRate(requested, plan));
        lines.put("steps", steps(config.train(), plan) + (startStep == 0 ? "" : ", resumed after " + startStep));
        lines.put("run folder", folder.toString());
        lines.put("tensorboard", "tensorboard --logdir " + folder);
        return new RunFacts(folder, plan.totalSteps(), startStep, plan.stepsPerEpoch(), lines);
    }

    private static String steps(TrainSection train, TrainingPlan plan) {
        return train.steps().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "%d in all, %.1f epochs of %d",
                        plan.totalSteps(),
                        plan.epochAt(plan.totalSteps()),
                        plan.stepsPerEpoch())
                : String.format(
                        Locale.ROOT, "%s of %d, %d in all", train.length(), plan.stepsPerEpoch(), plan.totalSteps());
    }

    /** Classes of images; segmentation says itself into which classes it divides. */
    private static String classes(ImageSource images) {
        return images.isLabelled() ? ", " + Counts.of(images.classNames().size(), "class") : "";
    }

    private static String learningRate(RunConfig requested, TrainingPlan plan) {
        String absolute = String.format(Locale.ROOT, "%.4g", plan.learningRate());
        return requested.optimizer().baseLearningRate().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "%s (%.4g per 512 images * %d / 512)",
                        absolute,
                        requested.optimizer().baseLearningRate().getAsDouble(),
                        plan.batchSize())
                : absolute + " (absolute)";
    }

    /**
     * Creates the batch loader of a run.
     *
     * @param imageSizeAt edge length of the images of a step, in pixels
     */
    public static <C extends Record & RunConfig> BatchLoader loader(
            RunKind<C> kind,
            C config,
            TrainingPlan plan,
            LongToIntFunction imageSizeAt,
            ImageSource train,
            UnreadableImages unreadable,
            long startStep) {
        return loader(kind, config, plan, imageSizeAt, train, unreadable, startStep, BatchShare.WHOLE);
    }

    /** Creates the loader of a part of each batch. */
    static <C extends Record & RunConfig> BatchLoader loader(
            RunKind<C> kind,
            C config,
            TrainingPlan plan,
            LongToIntFunction imageSizeAt,
            ImageSource train,
            UnreadableImages unreadable,
            long startStep,
            BatchShare share) {
        return new BatchLoader(
                EpochOrder.of(
                        train,
                        config.data(),
                        kind.repeats(config),
                        config.train().seed()),
                step -> kind.samples(config, train, imageSizeAt.applyAsInt(step)),
                unreadable,
                new BatchLoader.Steps(plan.batchSize(), plan.stepsPerEpoch(), startStep, plan.totalSteps(), share),
                config.data().workers().orElseThrow());
    }

    /** Returns the part of each batch that a process computes. */
    static <C extends Record & RunConfig> BatchShare share(RunKind<C> kind, C config, Communicator processes) {
        boolean mixes = kind.mix(config)
                .filter(mix -> mix.probability() > 0 && Math.max(mix.mixupAlpha(), mix.cutmixAlpha()) > 0)
                .isPresent();
        return new BatchShare(processes.rank(), processes.size(), mixes);
    }

    /** Returns a notice if the weights are those of a run that was stopped. */
    static Optional<String> unfinished(Path weights) throws IOException {
        Path summary = new RunFolder(weights).summary();
        if (!Files.isRegularFile(summary)) {
            return Optional.empty();
        }
        RunSummary before;
        try {
            before = SummaryFile.read(summary);
        } catch (RunFolderException e) {
            return Optional.of("it is not known whether the run " + weights + " has ended: " + e.getMessage());
        }
        return before.outcome().equals(DONE)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "the run %s was stopped after %s, and its weights are those of then",
                        weights,
                        Counts.of(before.steps(), "step")));
    }

    static RunSummary summary(TrainingLoop.Outcome outcome, TrainingPlan plan) {
        TrainingState end = outcome.state();
        double loss = end.epochLossCount() > 0 && end.lastEpochLoss().isEmpty()
                ? end.epochLossSum() / end.epochLossCount()
                : end.lastEpochLoss().orElse(Double.NaN);
        return new RunSummary(
                outcome.complete() ? DONE : INTERRUPTED,
                end.step(),
                plan.epochAt(end.step()),
                loss,
                end.scores(),
                end.skippedSteps(),
                end.badImages().size(),
                end.seconds());
    }
}
