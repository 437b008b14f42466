package io.bandpass.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of every command that trains. */
final class TrainingOptions {
    static final String AUTO_RESUME = "--auto-resume";

    @Mixin
    private ImagesOption images = new ImagesOption();

    @Mixin
    private SettingsOption set = new SettingsOption();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Option(names = "--out", paramLabel = "DIR", description = "Run folder. Default: runs/RECIPE-N, the next free N.")
    private @Nullable Path out;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the run in this folder.")
    private @Nullable Path resume;

    @Option(names = "--overwrite", description = "Empty the run folder first.")
    private boolean overwrite;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the images.")
    private @Nullable String epochs;

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps, instead of passes over the images.")
    private @Nullable String steps;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images per optimizer step.")
    private @Nullable String batchSize;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Absolute learning rate.")
    private @Nullable String learningRate;

    @Option(names = "--image-size", paramLabel = "N", description = "Edge of the training images in pixels.")
    private @Nullable String imageSize;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
    private @Nullable String seed;

    @Option(names = "--workers", paramLabel = "N", description = "Loader threads.")
    private @Nullable String workers;

    @Option(
            names = "--activation-checkpointing",
            description = "Trade time for memory: recompute activations in the backward pass.")
    private boolean activationCheckpointing;

    @Option(
            names = AUTO_RESUME,
            description = "Go on with the run in --out if there is one, with the same settings; else start it.")
    private boolean autoResume;

    @Mixin
    private ProcessesOptions processes = new ProcessesOptions();

    @Option(names = "--dry-run", description = "Print the configuration and stop.")
    private boolean dryRun;

    List<String> data() {
        return images.paths();
    }

    @Nullable
    Path out() {
        return out;
    }

    @Nullable
    Path resume() {
        return resume;
    }

    boolean overwrite() {
        return overwrite;
    }

    boolean autoResume() {
        return autoResume;
    }

    ProcessesOptions processes() {
        return processes;
    }

    boolean dryRun() {
        return dryRun;
    }

    /** Whether anything is asked that a resumed run has already. */
    boolean startsAnew() {
        return out != null || overwrite || !images.paths().isEmpty();
    }

    /** The named flags as settings, after those of --set. */
    List<String> settings() {
        List<String> all = new ArrayList<>(set.settings());
        SettingsOption.add(all, "train.epochs", epochs);
        // A recipe may count steps, which would stand before epochs.
        SettingsOption.add(all, "train.steps", epochs != null && steps == null ? "none" : steps);
        SettingsOption.add(all, "train.batch-size", batchSize);
        SettingsOption.add(all, "optimizer.learning-rate", learningRate);
        SettingsOption.add(all, "encoder.image-size", imageSize);
        SettingsOption.add(all, "train.seed", seed);
        all.addAll(compute.settings());
        SettingsOption.add(all, "train.activation-checkpointing", activationCheckpointing ? "true" : null);
        SettingsOption.add(all, "data.workers", workers);
        SettingsOption.add(all, "data.max-bad", maxBad.value());
        return all;
    }
}
