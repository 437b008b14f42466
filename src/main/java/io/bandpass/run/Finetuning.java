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

/**
 * Fine-tunes an encoder into a classifier:
 * {@code Finetuning.recipe("finetune-quick").weights(run).data("photos").run()}.
 */
public final class Finetuning extends TrainingRun<FinetuningConfig, Finetuning> {
    private final @Nullable String recipe;
    private @Nullable Path weights;
    private @Nullable String scratch;

    private Finetuning(@Nullable String recipe) {
        super(RunKinds.FINETUNING);
        this.recipe = recipe;
    }

    /** Returns a run of a fine-tuning recipe, by name or YAML file; add {@link #weights} or {@link #fromScratch}. */
    public static Finetuning recipe(String nameOrFile) {
        return new Finetuning(nameOrFile);
    }

    /**
     * Returns a run of the small-image recipe for the encoder: {@code finetune-quick} or {@code finetune-quick-vit}.
     */
    public static Finetuning quick() {
        return new Finetuning(null);
    }

    /** Starts from the encoder of these weights: a file, a run folder, or a folder that {@code import} wrote. */
    public Finetuning weights(Path fileOrFolder) {
        weights = fileOrFolder;
        return this;
    }

    /** Starts from random weights, with the encoder of this pre-training recipe. */
    public Finetuning fromScratch(String pretrainingRecipe) {
        scratch = pretrainingRecipe;
        return this;
    }

    @Override
    protected Finetuning self() {
        return this;
    }

    /** Returns the recipe, with the encoder and normalisation of the weights. */
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

    /** Returns the encoder to start from. */
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
     * Resumes a run from its newest checkpoint; if it has already ended, returns its summary.
     *
     * @param folder run folder
     * @param settings as for {@link #set}; must not differ from those of the run
     */
    public static RunSummary resume(
            Path folder, List<String> settings, List<TrainingListener> listeners, BooleanSupplier stop)
            throws IOException {
        return RunSession.resume(RunKinds.FINETUNING, folder, settings, new RunCallbacks(listeners, stop));
    }
}
