package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.distributed.Communicator;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunSession.RunCallbacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builder of a run: the options that all kinds of training share. All failures are
 * {@link io.bandpass.BandpassException}s, or {@link IOException}s if a file cannot be read or written.
 *
 * @param <C> the configuration
 * @param <R> the kind of run, which every setter returns
 */
public abstract class TrainingRun<C extends Record & RunConfig, R extends TrainingRun<C, R>> {
    private final RunKind<C> kind;
    private final List<String> settings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private @Nullable Path out;
    private boolean overwrite;
    private boolean autoResume;
    private Communicator processes = Communicator.single();
    private BooleanSupplier stop = () -> false;

    protected TrainingRun(RunKind<C> kind) {
        this.kind = kind;
    }

    /** Returns this run. */
    protected abstract R self();

    /**
     * A recipe, as read.
     *
     * @param name name or YAML file
     * @param builder the recipe's configuration, before settings and data
     */
    protected record Recipe<C extends Record & RunConfig>(String name, ConfigBuilder<C> builder) {}

    /** Reads the recipe. */
    protected abstract Recipe<C> recipe() throws IOException;

    /** Returns the initial weights; empty for random ones. */
    protected abstract Optional<Path> initialWeights();

    /** Overrides a key of the recipe, as {@code --set} does: {@code "train.epochs=5"}. */
    public final R set(String assignment) {
        settings.add(assignment);
        return self();
    }

    /**
     * Adds images: a folder, list or CSV file, glob, IDX or CIFAR file; it must have labels if training uses them.
     * Without any, the bundled images are used.
     */
    public final R data(String path) {
        data.add(path);
        return self();
    }

    /** Sets the run folder; by default {@code runs/RECIPE-N} with the next free N. */
    public final R out(Path folder) {
        out = folder;
        return self();
    }

    /** Allows a folder that is not empty; the output of an earlier run in it is removed. */
    public final R overwrite(boolean allowed) {
        overwrite = allowed;
        return self();
    }

    /** Goes on with the run in the folder, if there is one with the same settings, instead of rejecting the folder. */
    public final R autoResume(boolean wanted) {
        autoResume = wanted;
        return self();
    }

    /**
     * Trains together with other processes, which run the same code; the first one alone writes the folder. By default
     * the run has no others.
     */
    public final R processes(Communicator all) {
        processes = all;
        return self();
    }

    /** Adds a listener, called on the training thread. */
    public final R listener(TrainingListener listener) {
        listeners.add(listener);
        return self();
    }

    /** Sets the stop signal, polled after each step: when true, the run saves and ends as interrupted. */
    public final R stopWhen(BooleanSupplier requested) {
        stop = requested;
        return self();
    }

    /** Returns the configuration of this run, before settings that depend on the data or the machine are resolved. */
    public final C config() throws IOException {
        return config(recipe());
    }

    private C config(Recipe<C> recipe) {
        ConfigBuilder<C> builder = recipe.builder();
        settings.forEach(builder::set);
        return data.isEmpty() ? builder.build() : builder.dataPaths(data).build();
    }

    /** Trains to the end, or until the stop signal. */
    public final RunSummary run() throws IOException {
        try {
            return start();
        } catch (IOException | RuntimeException | Error e) {
            processes.fail(e);
            throw e;
        }
    }

    private RunSummary start() throws IOException {
        if (autoResume && (out == null || overwrite)) {
            throw new ConfigException(
                    "`auto-resume` needs `out`, the folder of the run, and does not go with `overwrite`");
        }
        Recipe<C> recipe = recipe();
        C config = config(recipe);
        RunCallbacks callbacks = new RunCallbacks(listeners, stop, processes);
        Path folder = folder(recipe);
        if (autoResume && new RunFolder(folder).hasBegun()) {
            return RunSession.resumeSame(kind, config, folder, initialWeights(), callbacks);
        }
        return RunSession.start(
                kind, config, Recipes.shortName(recipe.name()), folder, overwrite, initialWeights(), callbacks);
    }

    /** Returns the folder that {@link #run} will write: the one that was set, or the next free one. */
    public final Path folder() throws IOException {
        return folder(recipe());
    }

    private Path folder(Recipe<C> recipe) {
        return out != null ? out : RunSetup.nextFree(Recipes.shortName(recipe.name()));
    }
}
