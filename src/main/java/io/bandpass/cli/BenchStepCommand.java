package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass bench step}. */
@Command(
        name = "step",
        description = "Measures training steps: images per second, time per phase, memory, and the fraction of the"
                + " machine's matmul throughput reached.",
        footer = {
            "",
            "Examples:",
            "  bandpass bench step --recipe vit-small --precision bf16 --json step.json",
            "  bandpass bench step --recipe finetune-quick --from-scratch quick"
        })
final class BenchStepCommand implements Callable<Integer> {
    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(
            names = "--from-scratch",
            paramLabel = "RECIPE",
            description = "Recipe of pre-training whose encoder is fine-tuned, where --recipe is one of fine-tuning.")
    private @Nullable String scratch;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Images per step. Default: the recipe's, but no more than one forward pass takes.")
    private @Nullable Integer batchSize;

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = "Images to load while training. May be repeated. Default: random images that lie in memory.")
    private List<String> data = new ArrayList<>();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private LengthOption length = new LengthOption();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        Benchmark benchmark = recipe.benchmark().seconds(length.seconds());
        compute.settings().forEach(benchmark::set);
        data.forEach(benchmark::data);
        if (scratch != null) {
            benchmark.fromScratch(scratch);
        }
        if (batchSize != null) {
            benchmark.batchSize(batchSize);
        }
        return rounds.run(benchmark, Benchmark::step);
    }
}
