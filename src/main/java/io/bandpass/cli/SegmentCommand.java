package io.bandpass.cli;

import io.bandpass.config.SegmentationConfig;
import io.bandpass.run.RunKinds;
import io.bandpass.run.Segmentation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass segment}. */
@Command(
        name = "segment",
        description =
                "Trains a segmentation model, UperNet on any encoder, with images and masks; without --data, on the bundled"
                        + " map.",
        footer = {
            "",
            "Examples:",
            "  bandpass segment",
            "  bandpass segment --data streets/ --run runs/a --out runs/s",
            "  bandpass segment --data cells/ --weights imported/ --classes background=0 --classes cell=255",
            "  bandpass segment --data ADEChallengeData2016/ --weights imported/ --recipe segment-vit-base",
            "  bandpass segment --resume runs/s"
        })
final class SegmentCommand extends RunCommand<SegmentationConfig> {
    /** What the model begins with. */
    private static final class Start {
        @Option(
                names = "--run",
                required = true,
                paramLabel = "DIR",
                description = "Begin with the encoder of this run.")
        private @Nullable Path run;

        @Option(
                names = "--weights",
                required = true,
                paramLabel = "FILE|DIR",
                description = "Begin with these weights: a file, or the folder with it that import or a run wrote.")
        private @Nullable Path weights;

        @Option(
                names = "--from-scratch",
                required = true,
                paramLabel = "NAME|FILE",
                description =
                        "Train the encoder of this pretrain recipe from random weights. Default: that of --recipe.")
        private @Nullable String fromScratch;
    }

    @ArgGroup
    private @Nullable Start start;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "Recipe, by name or as YAML. Default: segment-quick, for transformers segment-quick-vit.")
    private @Nullable String recipe;

    @Option(names = "--few-images", paramLabel = "N", description = "Train on N of the images, drawn by the seed.")
    private @Nullable String few;

    @Mixin
    private MaskOptions masks = new MaskOptions();

    SegmentCommand() {
        super(RunKinds.SEGMENTATION);
    }

    @Override
    Segmentation run() {
        Segmentation segmentation = recipe == null ? Segmentation.quick() : Segmentation.recipe(recipe);
        if (start != null && start.fromScratch != null) {
            segmentation.fromScratch(start.fromScratch);
        } else if (start != null) {
            Path weights = start.run != null ? start.run : start.weights;
            if (weights != null) {
                segmentation.weights(weights);
            }
        }
        settings().forEach(segmentation::set);
        return segmentation;
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>(masks.settings());
        SettingsOption.add(settings, "masks.images", few);
        return settings;
    }

    @Override
    boolean hasOwnFlags() {
        return recipe != null || start != null || !settings().isEmpty();
    }

    @Override
    List<String> ownFlags() {
        List<String> flags =
                new ArrayList<>(List.of("--recipe", "--run", "--weights", "--from-scratch", "--few-images"));
        flags.addAll(MaskOptions.FLAGS);
        return flags;
    }
}
