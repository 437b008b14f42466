package io.bandpass.cli;

import io.bandpass.config.PreprocessConfig;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How images come to have the model's size. */
final class PreprocessOptions {
    @Option(
            names = "--preprocess",
            paramLabel = "NAME",
            description =
                    "crop (resize the shorter side, take the middle), squash (resize both sides) or none (the image"
                            + " must have the model's size). Default: crop.")
    private @Nullable String mode;

    @Option(
            names = "--crop-ratio",
            paramLabel = "X",
            description = "For crop: the part of the resized shorter side that is kept, such as 0.875. Default: 1, or"
                    + " what the weights of a classifier were validated with.")
    private @Nullable Double cropRatio;

    /** What is asked, with the defaults for the rest. */
    PreprocessConfig config() {
        return asked().orElse(PreprocessConfig.DEFAULT);
    }

    /** What is asked, if anything is. */
    Optional<PreprocessConfig> asked() {
        return mode == null && cropRatio == null
                ? Optional.empty()
                : Optional.of(new PreprocessConfig(mode == null ? "crop" : mode, cropRatio == null ? 1 : cropRatio));
    }
}
