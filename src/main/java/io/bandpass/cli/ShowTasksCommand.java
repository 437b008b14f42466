package io.bandpass.cli;

import io.bandpass.gallery.TaskGallery;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass show tasks}. */
@Command(
        name = "tasks",
        description =
                "Draws what each pre-training task removes from images: one image as each task degrades it, and the energy"
                        + " that is kept and changed at each radius of the spectrum, as a mean over all images. The"
                        + " recipe's own task has the recipe's settings, the others their defaults.",
        footer = {"", "Example: bandpass show tasks --recipe vit-small --data images/ --out tasks.png"})
final class ShowTasksCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The picture, a PNG file.")
    private Path out = Path.of("");

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = ImagesOption.DESCRIPTION + " Default: the bundled photographs.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "256",
            description = "Largest number of images, evenly spread over all. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Override
    public Integer call() throws IOException {
        long images = TaskGallery.draw(recipe.config(), paths, count, out);
        Terminal.line("spectra of " + Counts.of(images, "image") + " in " + out);
        return 0;
    }
}
