package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass bench embed}. */
@Command(
        name = "embed",
        description = "Measures a frozen encoder: features per second of random images that lie in memory.",
        footer = {
            "",
            "Examples:",
            "  bandpass bench embed --recipe vit-small --batch-size 32",
            "  bandpass bench embed --weights runs/a/weights/encoder.safetensors --json embed.json"
        })
final class BenchEmbedCommand implements Callable<Integer> {
    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Weights file whose encoder is measured, instead of that of a recipe.")
    private @Nullable Path weights;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images at once. Default: 128, as for kNN.")
    private @Nullable Integer batchSize;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private LengthOption length = new LengthOption();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        if (recipe.isNamed() && weights != null) {
            throw new ConfigException("--recipe and --weights each name an encoder; keep one of them");
        }
        Benchmark benchmark = recipe.benchmark().seconds(length.seconds());
        compute.settings().forEach(benchmark::set);
        if (weights != null) {
            benchmark.weights(weights);
        }
        if (batchSize != null) {
            benchmark.batchSize(batchSize);
        }
        return rounds.run(benchmark, Benchmark::embed);
    }
}
