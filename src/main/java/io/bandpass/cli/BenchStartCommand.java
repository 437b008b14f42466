package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass bench start}. */
@Command(
        name = "start",
        description = "Measures the seconds from starting the program to the first step of a run, which is ended then.",
        footer = {"", "Example: bandpass bench start --recipe quick --rounds 3 --json start.json"})
final class BenchStartCommand implements Callable<Integer> {
    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description =
                    "Folder, list or CSV file, glob, IDX or CIFAR file of images. May be repeated. Default: the bundled ones.")
    private List<String> data = new ArrayList<>();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        Benchmark benchmark = recipe.benchmark();
        data.forEach(benchmark::data);
        // A shutdown hook ends the run that is measured.
        Signals.leaveToJava();
        return rounds.run(benchmark, Benchmark::start);
    }
}
