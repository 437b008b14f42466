package io.bandpass.run;

import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.SegmentationConfig;
import java.util.List;
import java.util.Optional;

/** Registry of all kinds of training. */
public final class RunKinds {
    public static final RunKind<PretrainingConfig> PRETRAINING = new PretrainingKind();
    public static final RunKind<FinetuningConfig> FINETUNING = new FinetuningKind();
    public static final RunKind<SegmentationConfig> SEGMENTATION = new SegmentationKind();

    /** All kinds, in the order in which commands and recipes are listed. */
    public static final List<RunKind<?>> ALL = List.of(PRETRAINING, FINETUNING, SEGMENTATION);

    private RunKinds() {}

    /** Returns the kind with this command. */
    public static Optional<RunKind<?>> ofCommand(String command) {
        return ALL.stream().filter(kind -> kind.command().equals(command)).findFirst();
    }

    /**
     * Returns the kind of training of a recipe. A file belongs to the first kind that knows all its keys, or else to
     * the one that knows most of its sections.
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
