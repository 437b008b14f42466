package io.bandpass.cli;

import io.bandpass.bench.BenchmarkResult;
import io.bandpass.bench.MeasuredInRounds;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all benchmarks take. */
final class RoundOptions {
    /** One of the benchmarks. */
    interface Operation<B> {
        BenchmarkResult run(B benchmark) throws IOException;
    }

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Measured rounds, after one warm-up round; figures are medians. Default: 5.")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file too.")
    private @Nullable Path json;

    /** Measures, and says what was measured. */
    <B extends MeasuredInRounds<B>> int run(B benchmark, Operation<B> operation) throws IOException {
        benchmark.rounds(rounds).progress(Terminal::line);
        if (json != null) {
            benchmark.json(json);
        }
        BenchmarkResult result = operation.run(benchmark);
        Terminal.line("");
        result.lines().forEach(Terminal::line);
        if (json != null) {
            Terminal.line("");
            Terminal.line("written to " + json);
        }
        return 0;
    }
}
