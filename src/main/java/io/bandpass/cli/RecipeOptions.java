package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.gallery.AugmentationGallery;
import io.bandpass.run.Pretraining;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is measured or shown: a recipe and what is set over it. */
final class RecipeOptions {
    @Option(names = "--recipe", paramLabel = "NAME|FILE", description = "Recipe, by name or as YAML. Default: quick.")
    private @Nullable String recipe;

    @Mixin
    private SettingsOption set = new SettingsOption();

    boolean isNamed() {
        return recipe != null;
    }

    private String recipe() {
        return recipe == null ? "quick" : recipe;
    }

    /** The configuration of this recipe, which must be one of pre-training. */
    PretrainingConfig config() throws IOException {
        Pretraining run = Pretraining.recipe(recipe());
        set.settings().forEach(run::set);
        return run.config();
    }

    /** What training with this recipe, of any kind, does to images. */
    AugmentationGallery augmentations() {
        return augmentations(RunKinds.ofRecipe(recipe()));
    }

    private <C extends Record & RunConfig> AugmentationGallery augmentations(RunKind<C> kind) {
        return AugmentationGallery.of(kind, kind.load(recipe(), set.settings()));
    }

    /** Benchmarks of this recipe. */
    Benchmark benchmark() {
        Benchmark benchmark = Benchmark.recipe(recipe());
        set.settings().forEach(benchmark::set);
        return benchmark;
    }
}
