package io.bandpass.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Weights, as a run or as a file. */
final class WeightsChoice {
    @Option(names = "--run", required = true, paramLabel = "DIR", description = "Run folder.")
    private @Nullable Path run;

    @Option(names = "--weights", required = true, paramLabel = "FILE", description = "Weights file.")
    private @Nullable Path file;

    /** The encoder alone, or whichever file was named. */
    Path encoder() {
        return choose("encoder.safetensors");
    }

    /** The full model, or whichever file was named. */
    Path full() {
        return choose("full.safetensors");
    }

    private Path choose(String name) {
        if (file != null) {
            return file;
        }
        if (run != null) {
            return run.resolve("weights").resolve(name);
        }
        throw new IllegalStateException("neither --run nor --weights");
    }
}
