package io.bandpass.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The encoder that a model begins with. */
final class EncoderStart {
    @Option(names = "--run", required = true, paramLabel = "DIR", description = "Begin with the encoder of this run.")
    private @Nullable Path run;

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE|DIR",
            description = "Begin with these weights: a file, or the folder with it that import or a run wrote.")
    private @Nullable Path weights;

    @Option(
            names = "--from-scratch",
            required = true,
            paramLabel = "NAME|FILE",
            description = "Train the encoder of this pretrain recipe from random weights.")
    private @Nullable String fromScratch;

    /** The run or weights, if such are given. */
    @Nullable
    Path given() {
        return run != null ? run : weights;
    }

    /** The pre-training recipe, if one is given. */
    @Nullable
    String fromScratch() {
        return fromScratch;
    }
}
