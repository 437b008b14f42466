package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass bench data}. */
@Command(
        name = "data",
        description = "Measures the loader alone: images read, decoded and augmented per second, by the recipe.",
        footer = {"", "Example: bandpass bench data --data photos/ --image-size 224 --workers 2 --json data.json"})
final class BenchDataCommand implements Callable<Integer> {
    @Mixin
    private ImagesOption images = new ImagesOption();

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(names = "--image-size", paramLabel = "N", description = "Edge of the training images in pixels.")
    private @Nullable String imageSize;

    @Option(names = "--workers", paramLabel = "N", description = "Loader threads.")
    private @Nullable String workers;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Images per batch. Default: the recipe's, but no more than one forward pass takes.")
    private @Nullable Integer batchSize;

    @Mixin
    private LengthOption length = new LengthOption();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        Benchmark benchmark = recipe.benchmark().seconds(length.seconds());
        images.paths().forEach(benchmark::data);
        if (imageSize != null) {
            benchmark.set("encoder.image-size=" + imageSize);
        }
        if (workers != null) {
            benchmark.set("data.workers=" + workers);
        }
        if (batchSize != null) {
            benchmark.batchSize(batchSize);
        }
        return rounds.run(benchmark, Benchmark::loader);
    }
}
