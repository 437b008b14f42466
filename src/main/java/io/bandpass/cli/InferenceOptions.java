package io.bandpass.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a trained model looks at images, for commands that write what it makes of each. */
final class InferenceOptions {
    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "fp32",
            description =
                    "fp32, bf16 or auto. Default: fp32, whose numbers do not depend on the processor's bf16 units.")
    private String precision = "fp32";

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "32",
            description = "Images that are looked at at once. Default: 32.")
    private int batchSize;

    @Option(names = "--limit", paramLabel = "N", description = "Take only the first N images.")
    private @Nullable Integer limit;

    @Option(
            names = "--max-bad",
            paramLabel = "X",
            defaultValue = "0.01",
            description = "Fraction of all files that may be unreadable. Default: 0.01.")
    private double maxBad;

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto, cpu or cuda.")
    private String device = "auto";

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    PreprocessOptions preprocess() {
        return preprocess;
    }

    String precision() {
        return precision;
    }

    int batchSize() {
        return batchSize;
    }

    OptionalInt limit() {
        return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
    }

    double maxBad() {
        return maxBad;
    }

    String device() {
        return device;
    }

    OptionalInt threads() {
        return threads.threads();
    }
}
