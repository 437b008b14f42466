package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bandpass bench start}. */
@Command(
        name = "start",
        description = "Measures the seconds from program launch to the first training step; the run ends there.",
        footer = {"", "Example: bandpass bench start --recipe quick --rounds 3 --json start.json"})
final class BenchStartCommand implements Callable<Integer> {
    @Mixin
    private ImagesOption images = new ImagesOption();

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        Benchmark benchmark = recipe.benchmark();
        images.paths().forEach(benchmark::data);
        // A shutdown hook ends the run that is measured.
        Signals.leaveToJava();
        return rounds.run(benchmark, Benchmark::start);
    }
}
