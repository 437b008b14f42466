package io.bandpass.cli;

import io.bandpass.bench.CorruptionBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass bench corrupt}. */
@Command(
        name = "corrupt",
        description = "Measures the corruptions of robustness on one core: milliseconds of each at each severity, and"
                + " corrupted images per second of all together.",
        footer = {
            "",
            "Examples:",
            "  bandpass bench corrupt --side 224 --json corrupt.json",
            "  bandpass bench corrupt --side 32 --names fog,glass_blur"
        })
final class BenchCorruptCommand implements Callable<Integer> {
    @Option(
            names = "--side",
            paramLabel = "N",
            defaultValue = "224",
            description = "Height and width of the image: 224 has the parameters of ImageNet-C, 64 those of"
                    + " Tiny-ImageNet-C, 32 those of CIFAR-10-C. Default: 224.")
    private int side;

    @Option(
            names = "--names",
            paramLabel = "NAME,...",
            split = ",",
            hideParamSyntax = true,
            description = "Corruptions, or all: the 19. Default: all.")
    private List<String> names = List.of("all");

    @Option(names = "--frost", paramLabel = "DIR", description = "Pictures of frost. Default: frost is procedural.")
    private @Nullable Path frost;

    @Mixin
    private LengthOption length = new LengthOption();

    @Mixin
    private RoundOptions rounds = new RoundOptions();

    @Override
    public Integer call() throws IOException {
        CorruptionBenchmark benchmark =
                new CorruptionBenchmark().side(side).names(names).seconds(length.seconds());
        if (frost != null) {
            benchmark.frost(frost);
        }
        return rounds.run(benchmark, CorruptionBenchmark::measure);
    }
}
