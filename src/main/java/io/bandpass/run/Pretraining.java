package io.bandpass.run;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunSession.RunCallbacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Pre-trains an encoder: {@code Pretraining.recipe("quick").data("photos").run()}. */
public final class Pretraining extends TrainingRun<PretrainingConfig, Pretraining> {
    private final String recipe;
    private @Nullable Path initFrom;

    private Pretraining(String recipe) {
        super(RunKinds.PRETRAINING);
        this.recipe = recipe;
    }

    /** Returns a run of a recipe, by name or YAML file. */
    public static Pretraining recipe(String nameOrFile) {
        return new Pretraining(nameOrFile);
    }

    /** Starts from these weights instead of random ones. Optimizer and schedule start from scratch. */
    public Pretraining initFrom(Path weights) {
        initFrom = weights;
        return this;
    }

    @Override
    protected Pretraining self() {
        return this;
    }

    @Override
    protected Recipe<PretrainingConfig> recipe() {
        return new Recipe<>(recipe, Recipes.load(recipe));
    }

    @Override
    protected Optional<Path> initialWeights() {
        return Optional.ofNullable(initFrom);
    }

    /**
     * Resumes a run from its newest checkpoint; if it has already ended, returns its summary.
     *
     * @param folder run folder
     * @param settings as for {@link #set}; must not differ from those of the run
     */
    public static RunSummary resume(
            Path folder, List<String> settings, List<TrainingListener> listeners, BooleanSupplier stop)
            throws IOException {
        return RunSession.resume(RunKinds.PRETRAINING, folder, settings, new RunCallbacks(listeners, stop));
    }
}
