package io.bandpass.cli;

import io.bandpass.Benchmark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What benchmarks of computing take. */
final class ComputeOptions {
    @Option(names = "--precision", paramLabel = "NAME", description = "auto, fp32 or bf16.")
    private @Nullable String precision;

    @Option(names = "--threads", paramLabel = "N", description = "Compute threads. Default: the physical cores.")
    private @Nullable String threads;

    @Option(
            names = "--seconds",
            paramLabel = "T",
            defaultValue = "5",
            description = "Length of a round, which is at least one step or batch. Default: 5.")
    private double seconds;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set any key of the configuration, such as mask.radius=8. May be repeated.")
    private List<String> settings = new ArrayList<>();

    /** Lays these options over a benchmark. */
    Benchmark into(Benchmark benchmark) {
        settings.forEach(benchmark::set);
        if (precision != null) {
            benchmark.set("train.precision=" + precision);
        }
        if (threads != null) {
            benchmark.set("train.threads=" + threads);
        }
        return benchmark.seconds(seconds);
    }
}
