package io.bandpass.run;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.Recipes;
import io.bandpass.config.SegmentationConfig;
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
 * Trains a segmentation model on images with label maps:
 * {@code Segmentation.recipe("segment-vit-base").weights(run).data("photos").run()}.
 */
public final class Segmentation extends TrainingRun<SegmentationConfig, Segmentation> {
    private final @Nullable String recipe;
    private @Nullable Path weights;
    private @Nullable String scratch;

    private Segmentation(@Nullable String recipe) {
        super(RunKinds.SEGMENTATION);
        this.recipe = recipe;
    }

    /**
     * Returns a run of a segmentation recipe, by name or YAML file. It begins with random weights of the recipe's encoder,
     * unless {@link #weights} or {@link #fromScratch} says otherwise.
     */
    public static Segmentation recipe(String nameOrFile) {
        return new Segmentation(nameOrFile);
    }

    /** Returns a run of the recipe for small images: {@code segment-quick} or {@code segment-quick-vit}. */
    public static Segmentation quick() {
        return new Segmentation(null);
    }

    /** Starts from the encoder of these weights: a file, a run folder, or a folder that {@code import} wrote. */
    public Segmentation weights(Path fileOrFolder) {
        weights = fileOrFolder;
        return this;
    }

    /** Starts from random weights, with the encoder of this pre-training recipe. */
    public Segmentation fromScratch(String pretrainingRecipe) {
        scratch = pretrainingRecipe;
        return this;
    }

    @Override
    protected Segmentation self() {
        return this;
    }

    /** Returns the recipe, with the encoder and normalisation of the weights if there are any. */
    @Override
    protected Recipe<SegmentationConfig> recipe() throws IOException {
        Optional<EncoderDescription> encoder = encoder();
        String name = recipe != null ? recipe : Recipes.quickSegmentation(encoder.map(EncoderDescription::encoder));
        ConfigBuilder<SegmentationConfig> builder = Recipes.load(SegmentationConfig.class, name);
        encoder.ifPresent(described -> builder.pretrained(described, "the encoder"));
        return new Recipe<>(name, builder);
    }

    @Override
    protected Optional<Path> initialWeights() {
        return Optional.ofNullable(weights);
    }

    private Optional<EncoderDescription> encoder() throws IOException {
        if (weights != null && scratch != null) {
            throw new ConfigException(
                    "a segmentation model begins with either the encoder of given weights or one from scratch, and both"
                            + " were given");
        }
        if (scratch != null) {
            return Optional.of(EncoderDescription.of(Recipes.load(scratch).build()));
        }
        if (weights == null) {
            return Optional.empty();
        }
        try (WeightsFile file = WeightsFile.ofSegmenter(weights)) {
            return Optional.of(file.description());
        }
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
        return RunSession.resume(RunKinds.SEGMENTATION, folder, settings, new RunCallbacks(listeners, stop));
    }
}
