package io.bandpass;

import io.bandpass.RunSession.Hooks;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.FinetuneConfig;
import io.bandpass.config.Recipes;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a classifier of an encoder: {@code Finetuning.recipe("finetune-quick").weights(run).data("photos").run()}. All
 * failures are {@link BandpassException}s.
 */
public final class Finetuning {
    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private @Nullable Path weights;
    private @Nullable Path out;
    private boolean overwrite;
    private BooleanSupplier stop = () -> false;

    private Finetuning(String recipe) {
        this.recipe = recipe;
    }

    /** A run of a recipe of fine-tuning, by its name or as a YAML file; without {@link #weights}, from scratch. */
    public static Finetuning recipe(String nameOrFile) {
        return new Finetuning(nameOrFile);
    }

    /** Begins with the encoder of these weights: a file, a run folder, or a folder that {@code import} wrote. */
    public Finetuning weights(Path fileOrFolder) {
        weights = fileOrFolder;
        return this;
    }

    /** Sets a key over recipe and weights, as {@code --set} does: {@code "train.epochs=5"}. */
    public Finetuning set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Adds labelled images: a folder with a folder per class, a CSV, IDX or CIFAR files. Without any, the bundled ones. */
    public Finetuning data(String path) {
        data.add(path);
        return this;
    }

    /** The run folder; by default {@code runs/RECIPE-N} with the next free N. */
    public Finetuning out(Path folder) {
        out = folder;
        return this;
    }

    /** Allows a folder that is not empty; what an earlier run left there is removed. */
    public Finetuning overwrite(boolean allowed) {
        overwrite = allowed;
        return this;
    }

    /** Adds a listener, told on the training thread. */
    public Finetuning listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Asked after each step: when true, the run saves and ends as interrupted. */
    public Finetuning stopWhen(BooleanSupplier requested) {
        stop = requested;
        return this;
    }

    /** The configuration that would run, before anything that depends on the data or the machine is chosen. */
    public FinetuneConfig config() {
        return BandpassException.translating(() -> {
            ConfigBuilder<FinetuneConfig> builder = Recipes.loadFinetuning(recipe);
            if (weights != null) {
                builder.pretrained(StoredModel.config(weights), weights.toString());
            }
            settings.forEach(builder::set);
            if (!data.isEmpty()) {
                builder.dataPaths(data);
            }
            return builder.build();
        });
    }

    /** Trains to the end, or until asked to stop. */
    public RunSummary run() {
        FinetuneConfig config = config();
        return BandpassException.translating(() -> FinetuningSession.start(
                config,
                Recipes.shortName(recipe),
                out != null ? out : RunSetup.nextFree(recipe),
                overwrite,
                Optional.ofNullable(weights),
                new Hooks(listeners, stop)));
    }

    /**
     * Goes on with a run where its newest checkpoint left it; one that has ended just gives its summary.
     *
     * @param folder of the run
     * @param settings as {@link #set}; they must not differ from what the run was started with
     */
    public static RunSummary resume(
            Path folder, List<String> settings, List<TrainingListener> listeners, BooleanSupplier stop) {
        return BandpassException.translating(
                () -> FinetuningSession.resume(folder, settings, new Hooks(listeners, stop)));
    }
}
