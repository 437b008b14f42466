package io.bandpass.cli;

import io.bandpass.config.SegmentationConfig;
import io.bandpass.run.RunKinds;
import io.bandpass.run.Segmentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    @ArgGroup
    private @Nullable EncoderStart start;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description =
                    "Recipe, by name or as YAML, whose encoder begins with random weights if no other is named. Default:"
                            + " segment-quick, for transformers segment-quick-vit.")
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
        if (start != null) {
            Optional.ofNullable(start.fromScratch()).ifPresent(segmentation::fromScratch);
            Optional.ofNullable(start.given()).ifPresent(segmentation::weights);
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
