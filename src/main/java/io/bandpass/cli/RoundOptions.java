package io.bandpass.cli;

import io.bandpass.Benchmark;
import io.bandpass.BenchmarkResult;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all benchmarks take. */
final class RoundOptions {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "Rounds that are measured, after one that does not count; figures are their median. Default: 5.")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file too.")
    private @Nullable Path json;

    /** Measures, and says what was measured. */
    int run(Benchmark benchmark, Function<Benchmark, BenchmarkResult> operation) {
        benchmark.rounds(rounds).progress(Terminal::line);
        if (json != null) {
            benchmark.json(json);
        }
        BenchmarkResult result = operation.apply(benchmark);
        Terminal.line("");
        result.lines().forEach(Terminal::line);
        if (json != null) {
            Terminal.line("");
            Terminal.line("written to " + json);
        }
        return 0;
    }
}
