package io.bandpass.cli;

import io.bandpass.Benchmark;
import io.bandpass.BenchmarkResult;
import java.nio.file.Path;
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

    /** Lays these options over a benchmark. */
    Benchmark into(Benchmark benchmark) {
        if (json != null) {
            benchmark.json(json);
        }
        return benchmark.rounds(rounds).progress(Terminal::line);
    }

    /** Says what was measured. */
    void print(BenchmarkResult result) {
        Terminal.line("");
        result.lines().forEach(Terminal::line);
        if (json != null) {
            Terminal.line("");
            Terminal.line("written to " + json);
        }
    }
}
