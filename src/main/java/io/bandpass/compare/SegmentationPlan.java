package io.bandpass.compare;

import io.bandpass.config.Check;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EmptyWord;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.run.RunSetup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Segmentation in a comparison: every cell also trains a segmentation model that begins with its encoder.
 *
 * @param data absolute paths of images with masks; {@code none} for no segmentation
 * @param recipe recipe of all segmentation trainings, or {@link ComparisonConfig#AUTO} for the one for small images that
 *     suits each encoder
 * @param fewMasks training images of a second segmentation, or {@code none}
 * @param steps optimizer steps of each segmentation; empty for those of the recipe
 * @param settings overrides for all segmentation trainings, each {@code section.key=value}
 */
public record SegmentationPlan(
        @EmptyWord("none") List<String> data,
        String recipe,
        @EmptyWord("none") OptionalInt fewMasks,
        OptionalInt steps,
        List<String> settings) {
    /** No segmentation. */
    public static final SegmentationPlan NONE =
            new SegmentationPlan(List.of(), ComparisonConfig.AUTO, OptionalInt.empty(), OptionalInt.empty(), List.of());

    public SegmentationPlan {
        data = List.copyOf(data);
        settings = List.copyOf(settings);
        fewMasks.ifPresent(count -> Check.positive("`few-masks`", count));
        steps.ifPresent(count -> Check.positive("`segment-steps`", count));
        if (data.isEmpty()) {
            refuseAlone("`segment-recipe`", !recipe.equals(ComparisonConfig.AUTO));
            refuseAlone("`few-masks`", fewMasks.isPresent());
            refuseAlone("`segment-steps`", steps.isPresent());
            refuseAlone("`segment-set`", !settings.isEmpty());
        }
        ComparisonConfig.refuse(settings, "`segment-set`", "train.epochs", "`segment-steps`");
        ComparisonConfig.refuse(settings, "`segment-set`", "train.steps", "`segment-steps`");
        ComparisonConfig.refuse(settings, "`segment-set`", "train.seed", "`seeds`");
        ComparisonConfig.refuse(settings, "`segment-set`", "masks.images", "`few-masks`");
        ComparisonConfig.refuse(settings, "`segment-set`", "encoder.type", "`encoders`");
        ComparisonConfig.refuse(settings, "`segment-set`", "data.paths", "`segment`");
    }

    /** Creates a plan with absolute paths. */
    static SegmentationPlan located(
            List<String> data, String recipe, OptionalInt fewMasks, OptionalInt steps, List<String> settings) {
        // Without paths, locating would choose the bundled images.
        List<String> paths = data.isEmpty()
                ? data
                : RunSetup.locate(ConfigBuilder.of(SegmentationConfig.class)
                                .dataPaths(data)
                                .build())
                        .data()
                        .paths();
        return new SegmentationPlan(paths, recipe, fewMasks, steps, settings);
    }

    private static void refuseAlone(String setting, boolean given) {
        if (given) {
            throw new ConfigException(setting + " belongs to segmentation: give images with masks too, with `segment`");
        }
    }

    /** Whether cells train segmentation models. */
    public boolean isWanted() {
        return !data.isEmpty();
    }

    /** Returns the recipe for an encoder. */
    String recipe(EncoderConfig encoder) {
        return recipe.equals(ComparisonConfig.AUTO) ? Recipes.quickSegmentation(Optional.of(encoder)) : recipe;
    }
}
