package io.bandpass.run;

import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.Recipes;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes a classifier of an encoder: {@code Finetuning.recipe("finetune-quick").weights(run).data("photos").run()}. */
public final class Finetuning extends TrainingRun<FinetuningConfig, Finetuning> {
    private final @Nullable String recipe;
    private @Nullable Path weights;
    private @Nullable String scratch;

    private Finetuning(@Nullable String recipe) {
        super(RunKinds.FINETUNING);
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

    @Override
    protected Finetuning self() {
        return this;
    }

    /** The recipe, with the encoder and the normalisation of the weights. */
    @Override
    protected Recipe<FinetuningConfig> recipe() throws IOException {
        EncoderDescription encoder = encoder();
        String name = recipe != null ? recipe : Recipes.quickFinetuning(encoder.encoder());
        return new Recipe<>(name, Recipes.load(FinetuningConfig.class, name).pretrained(encoder, "the encoder"));
    }

    @Override
    protected Optional<Path> initialWeights() {
        return Optional.ofNullable(weights);
    }

    /** The encoder to begin with. */
    private EncoderDescription encoder() throws IOException {
        if (weights != null && scratch == null) {
            try (WeightsFile file = WeightsFile.ofClassifier(weights)) {
                return file.description();
            }
        }
        if (scratch == null || weights != null) {
            throw new ConfigException(
                    "a classifier begins with either the encoder of given weights or one from scratch, and "
                            + (scratch == null ? "neither was" : "both were") + " given");
        }
        return EncoderDescription.of(Recipes.load(scratch).build());
    }

    /**
     * Resumes a run from its newest checkpoint; for one that has ended, returns its summary.
     *
     * @param folder of the run
     * @param settings as {@link #set}; they must not differ from what the run was started with
     */
    public static RunSummary resume(
            Path folder, List<String> settings, List<TrainingListener> listeners, BooleanSupplier stop)
            throws IOException {
        return RunSession.resume(RunKinds.FINETUNING, folder, settings, new RunCallbacks(listeners, stop));
    }
}
