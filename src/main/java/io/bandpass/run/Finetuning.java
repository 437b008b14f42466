package io.bandpass.run;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuneConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunSession.Hooks;
import io.bandpass.weights.StoredModel;
import java.io.IOException;
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
    private final @Nullable String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private @Nullable Path weights;
    private @Nullable String scratch;
    private @Nullable Path out;
    private boolean overwrite;
    private BooleanSupplier stop = () -> false;

    private Finetuning(@Nullable String recipe) {
        this.recipe = recipe;
    }

    /** A run of a recipe of fine-tuning, by its name or as a YAML file, for {@link #weights} or {@link #fromScratch}. */
    public static Finetuning recipe(String nameOrFile) {
        return new Finetuning(nameOrFile);
    }

    /** A run of the recipe for small images that suits the encoder: {@code finetune-quick}, or {@code finetune-quick-vit}. */
    public static Finetuning quick() {
        return new Finetuning(null);
    }

    /** Begins with the encoder of these weights: a file, a run folder, or a folder that {@code import} wrote. */
    public Finetuning weights(Path fileOrFolder) {
        weights = fileOrFolder;
        return this;
    }

    /** Begins with random weights, of the encoder of this recipe of pre-training. */
    public Finetuning fromScratch(String pretrainingRecipe) {
        scratch = pretrainingRecipe;
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
    public FinetuneConfig config() throws IOException {
        return config(encoder());
    }

    private FinetuneConfig config(RunConfig encoder) {
        ConfigBuilder<FinetuneConfig> builder =
                Recipes.loadFinetuning(recipe(encoder)).pretrained(encoder, "the encoder");
        settings.forEach(builder::set);
        if (!data.isEmpty()) {
            builder.dataPaths(data);
        }
        return builder.build();
    }

    private String recipe(RunConfig encoder) {
        return recipe != null ? recipe : Recipes.quickFinetuning(encoder.encoder());
    }

    /** A configuration with the encoder to begin with. */
    private RunConfig encoder() throws IOException {
        if (weights != null && scratch == null) {
            return StoredModel.config(weights);
        }
        if (scratch == null || weights != null) {
            throw new ConfigException(
                    "a classifier begins with either the encoder of given weights or one from scratch, and "
                            + (scratch == null ? "neither was" : "both were") + " given");
        }
        return Recipes.load(scratch).build();
    }

    /** Trains to the end, or until asked to stop. */
    public RunSummary run() throws IOException {
        RunConfig encoder = encoder();
        String name = Recipes.shortName(recipe(encoder));
        return FinetuningSession.start(
                config(encoder),
                name,
                out != null ? out : RunSetup.nextFree(name),
                overwrite,
                Optional.ofNullable(weights),
                new Hooks(listeners, stop));
    }

    /**
     * Goes on with a run where its newest checkpoint left it; one that has ended just gives its summary.
     *
     * @param folder of the run
     * @param settings as {@link #set}; they must not differ from what the run was started with
     */
    public static RunSummary resume(
            Path folder, List<String> settings, List<TrainingListener> listeners, BooleanSupplier stop)
            throws IOException {
        return FinetuningSession.resume(folder, settings, new Hooks(listeners, stop));
    }
}
