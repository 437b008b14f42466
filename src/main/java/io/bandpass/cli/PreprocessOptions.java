package io.bandpass.cli;

import io.bandpass.config.PreprocessConfig;
import picocli.CommandLine.Option;

/** How images come to have the model's size. */
final class PreprocessOptions {
    @Option(
            names = "--preprocess",
            paramLabel = "NAME",
            defaultValue = "crop",
            description =
                    "crop (resize the shorter side, take the middle), squash (resize both sides) or none (the image"
                            + " must have the model's size). Default: crop.")
    private String mode = "crop";

    @Option(
            names = "--crop-ratio",
            paramLabel = "X",
            defaultValue = "1",
            description = "For crop: the part of the resized shorter side that is kept, such as 0.875. Default: 1.")
    private double cropRatio = 1;

    PreprocessConfig config() {
        return new PreprocessConfig(mode, cropRatio);
    }
}
