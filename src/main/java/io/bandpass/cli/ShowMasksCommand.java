package io.bandpass.cli;

import io.bandpass.gallery.MaskGallery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass show masks}. */
@Command(
        name = "masks",
        description =
                "Draws each shape of mask for the size and radius of a recipe, and an image that has been masked.",
        footer = {"", "Example: bandpass show masks --recipe vit-small --image cat.jpg --out masks.png"})
final class ShowMasksCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The picture, a PNG file.")
    private Path out = Path.of("");

    @Option(names = "--image", paramLabel = "FILE", description = "Image to mask. Default: a bundled photograph.")
    private @Nullable Path image;

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Override
    public Integer call() throws IOException {
        MaskGallery.draw(recipe.config(), Optional.ofNullable(image), out);
        Terminal.line("masks in " + out);
        return 0;
    }
}
