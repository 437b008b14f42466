package io.bandpass.run;

import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import java.util.List;
import java.util.Optional;

/** All kinds of training. */
public final class RunKinds {
    public static final RunKind<PretrainingConfig> PRETRAINING = new PretrainingKind();
    public static final RunKind<FinetuningConfig> FINETUNING = new FinetuningKind();

    /** In the order in which commands and recipes are listed. */
    public static final List<RunKind<?>> ALL = List.of(PRETRAINING, FINETUNING);

    private RunKinds() {}

    /** The kind whose command this is. */
    public static Optional<RunKind<?>> ofCommand(String command) {
        return ALL.stream().filter(kind -> kind.command().equals(command)).findFirst();
    }

    /**
     * The kind of training that a recipe is of. A file is of the first kind that knows all its keys, or else of the one that
     * knows most of its sections.
     *
     * @throws io.bandpass.config.ConfigException if there is no such recipe
     */
    public static RunKind<?> ofRecipe(String recipe) {
        return ALL.stream()
                .filter(kind -> Recipes.isOf(kind.config(), recipe))
                .findFirst()
                .orElseGet(() -> ALL.stream()
                        .reduce((best, kind) -> known(kind, recipe) > known(best, recipe) ? kind : best)
                        .orElseThrow());
    }

    private static long known(RunKind<?> kind, String recipe) {
        return Recipes.knownSections(kind.config(), recipe);
    }
}
