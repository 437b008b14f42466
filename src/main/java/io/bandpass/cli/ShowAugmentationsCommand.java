package io.bandpass.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass show augmentations}. */
@Command(
        name = "augmentations",
        description =
                "Draws images as training with a recipe would see them, epoch by epoch, with what was drawn for each; of a"
                        + " recipe of fine-tuning also erased and mixed ones.",
        footer = {
            "",
            "Examples:",
            "  bandpass show augmentations --image cat.jpg --set augment.rand-augment=rand-m9-n2-mstd0.5-inc1",
            "  bandpass show augmentations --recipe finetune-vit-base"
        })
final class ShowAugmentationsCommand implements Callable<Integer> {
    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "Image to augment. May be repeated. Default: two bundled photographs.")
    private List<Path> images = new ArrayList<>();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "7",
            description = "Versions of each image. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "augmentations.png",
            description = "The picture, a PNG file. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("");

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Override
    public Integer call() throws IOException {
        recipe.augmentations().draw(images, count, out);
        Terminal.line("augmented images in " + out);
        return 0;
    }
}
