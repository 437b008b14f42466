package io.bandpass.cli;

import io.bandpass.bench.Benchmark;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What benchmarks of computing take. */
final class ComputeOptions {
    @Option(names = "--precision", paramLabel = "NAME", description = "auto, fp32 or bf16.")
    private @Nullable String precision;

    @Option(names = "--threads", paramLabel = "N", description = "Compute threads. Default: the physical cores.")
    private @Nullable String threads;

    /** Lays these options over a benchmark. */
    void into(Benchmark benchmark) {
        if (precision != null) {
            benchmark.set("train.precision=" + precision);
        }
        if (threads != null) {
            benchmark.set("train.threads=" + threads);
        }
    }
}
