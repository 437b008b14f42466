package io.bandpass.cli;

import io.bandpass.compare.Comparison;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Segmentation in a comparison. */
final class SegmentStageOptions {
    @Option(
            names = "--segment",
            paramLabel = "DIR",
            description =
                    "Images with masks, as for segment: each cell also trains a segmentation model. May be repeated.")
    private List<String> masks = new ArrayList<>();

    @Option(
            names = "--segment-recipe",
            paramLabel = "NAME|FILE",
            description = "Recipe of segmentation. Default: segment-quick, for transformers segment-quick-vit.")
    private @Nullable String recipe;

    @Option(
            names = "--segment-steps",
            paramLabel = "N",
            description = "Steps of each segmentation. Default: those of its recipe.")
    private @Nullable Integer steps;

    @Option(
            names = "--few-masks",
            paramLabel = "N",
            description = "Images in a second segmentation. Default: no second one.")
    private @Nullable Integer fewMasks;

    @Option(
            names = "--segment-set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of every segmentation. May be repeated.")
    private List<String> settings = new ArrayList<>();

    void addTo(Comparison comparison) {
        masks.forEach(comparison::segment);
        if (recipe != null) {
            comparison.segmentRecipe(recipe);
        }
        if (steps != null) {
            comparison.segmentSteps(steps);
        }
        if (fewMasks != null) {
            comparison.fewMasks(fewMasks);
        }
        settings.forEach(comparison::segmentSet);
    }
}
