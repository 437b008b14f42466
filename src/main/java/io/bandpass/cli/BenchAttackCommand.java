package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass bench attack}. */
@Command(
        name = "attack",
        description = "Measures PGD on a classifier with the recipe's encoder and random weights, in float32, on random"
                + " images that lie in memory.",
        footer = {"", "Example: bandpass bench attack --recipe resnet18 --batch-size 32 --steps 20 --json attack.json"})
final class BenchAttackCommand implements Callable<Integer> {
    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(names = "--batch-size", paramLabel = "N", description = "Images attacked at once. Default: 8.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "Steps of an attack, each a forward and a backward pass. Default: 20.")
    private int steps;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Mixin
    private LengthOption length = new LengthOption();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        Benchmark benchmark = recipe.benchmark().seconds(length.seconds());
        benchmark.set("train.device=" + device.device());
        device.threads().ifPresent(count -> benchmark.set("train.threads=" + count));
        if (batchSize != null) {
            benchmark.batchSize(batchSize);
        }
        return rounds.run(benchmark, measured -> measured.attack(steps));
    }
}
