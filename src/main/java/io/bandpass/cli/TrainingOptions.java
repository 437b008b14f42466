package io.bandpass.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of every command that trains. */
final class TrainingOptions {
    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = "Folder, list or CSV file, glob, IDX or CIFAR file of images. May be repeated.")
    private List<String> data = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "Run folder. Default: runs/RECIPE-N, the next free N.")
    private @Nullable Path out;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the run in this folder.")
    private @Nullable Path resume;

    @Option(names = "--overwrite", description = "Empty the run folder first.")
    private boolean overwrite;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set any key of the configuration, such as mask.radius=8. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the images.")
    private @Nullable String epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images per optimizer step.")
    private @Nullable String batchSize;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Absolute learning rate.")
    private @Nullable String learningRate;

    @Option(names = "--image-size", paramLabel = "N", description = "Edge of the training images in pixels.")
    private @Nullable String imageSize;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
    private @Nullable String seed;

    @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda.")
    private @Nullable String device;

    @Option(names = "--precision", paramLabel = "NAME", description = "auto, fp32 or bf16.")
    private @Nullable String precision;

    @Option(names = "--threads", paramLabel = "N", description = "Compute threads.")
    private @Nullable String threads;

    @Option(names = "--workers", paramLabel = "N", description = "Loader threads.")
    private @Nullable String workers;

    @Option(
            names = "--activation-checkpointing",
            description = "Needs less memory and more time: activations are computed again for the backward pass.")
    private boolean activationCheckpointing;

    @Option(names = "--max-bad", paramLabel = "X", description = "Fraction of all files that may be unreadable.")
    private @Nullable String maxBad;

    @Option(names = "--dry-run", description = "Print the configuration and stop.")
    private boolean dryRun;

    List<String> data() {
        return data;
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

    boolean dryRun() {
        return dryRun;
    }

    /** Whether anything is asked that a resumed run has already. */
    boolean startsAnew() {
        return out != null || overwrite || !data.isEmpty();
    }

    /** The named flags as settings, after those of --set. */
    List<String> settings() {
        List<String> all = new ArrayList<>(settings);
        add(all, "train.epochs", epochs);
        add(all, "train.batch-size", batchSize);
        add(all, "optimizer.learning-rate", learningRate);
        add(all, "encoder.image-size", imageSize);
        add(all, "train.seed", seed);
        add(all, "train.device", device);
        add(all, "train.precision", precision);
        add(all, "train.threads", threads);
        add(all, "train.activation-checkpointing", activationCheckpointing ? "true" : null);
        add(all, "data.workers", workers);
        add(all, "data.max-bad", maxBad);
        return all;
    }

    private static void add(List<String> all, String key, @Nullable String value) {
        if (value != null) {
            all.add(key + "=" + value);
        }
    }
}
