package io.bandpass.run;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunSession.Hooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pre-trains an encoder: {@code Pretraining.recipe("quick").data("photos").run()}. All failures are
 * {@link BandpassException}s.
 */
public final class Pretraining {
    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private @Nullable Path out;
    private @Nullable Path initFrom;
    private boolean overwrite;
    private BooleanSupplier stop = () -> false;

    private Pretraining(String recipe) {
        this.recipe = recipe;
    }

    /** A run of a recipe, by its name or as a YAML file. */
    public static Pretraining recipe(String nameOrFile) {
        return new Pretraining(nameOrFile);
    }

    /** Sets a key over the recipe, as {@code --set} does: {@code "train.epochs=5"}. */
    public Pretraining set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Adds images: a folder, list or CSV file, glob, IDX or CIFAR file. Without any, the bundled images are used. */
    public Pretraining data(String path) {
        data.add(path);
        return this;
    }

    /** The run folder; by default {@code runs/RECIPE-N} with the next free N. */
    public Pretraining out(Path folder) {
        out = folder;
        return this;
    }

    /** Allows a folder that is not empty; what an earlier run left there is removed. */
    public Pretraining overwrite(boolean allowed) {
        overwrite = allowed;
        return this;
    }

    /** Starts from these weights instead of random ones. Optimizer and schedule start anew. */
    public Pretraining initFrom(Path weights) {
        initFrom = weights;
        return this;
    }

    /** Adds a listener, told on the training thread. */
    public Pretraining listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Asked after each step: when true, the run saves and ends as interrupted. */
    public Pretraining stopWhen(BooleanSupplier requested) {
        stop = requested;
        return this;
    }

    /** The configuration that would run, before anything that depends on the data or the machine is chosen. */
    public RunConfig config() throws IOException {
        return builder().build();
    }

    private ConfigBuilder<RunConfig> builder() {
        ConfigBuilder<RunConfig> builder = Recipes.load(recipe);
        settings.forEach(builder::set);
        if (!data.isEmpty()) {
            builder.dataPaths(data);
        }
        return builder;
    }

    /** Trains to the end, or until asked to stop. */
    public RunSummary run() throws IOException {
        var config = builder().build();
        Path folder = out != null ? out : RunSetup.nextFree(recipe);
        return PretrainingSession.start(
                config,
                Recipes.shortName(recipe),
                folder,
                overwrite,
                Optional.ofNullable(initFrom),
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
        return PretrainingSession.resume(folder, settings, new Hooks(listeners, stop));
    }
}
