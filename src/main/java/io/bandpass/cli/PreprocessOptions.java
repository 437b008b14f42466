package io.bandpass.cli;

import io.bandpass.config.ConfigException;
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
            description = "For crop: fraction of the resized shorter side to keep, such as 0.875. Default: the"
                    + " validation ratio stored with a classifier, else 1.")
    private @Nullable Double cropRatio;

    /**
     * What is asked, with the defaults for the rest.
     *
     * @param usual what the weights say of the images that they were made for
     */
    PreprocessConfig over(PreprocessConfig usual) {
        if (mode != null && !mode.equals("crop")) {
            return new PreprocessConfig(mode, cropRatio == null ? 1 : cropRatio);
        }
        return new PreprocessConfig("crop", cropRatio == null ? usual.cropRatio() : cropRatio);
    }

    /** What is asked; empty if nothing is. */
    Optional<PreprocessConfig> given() {
        return mode == null && cropRatio == null ? Optional.empty() : Optional.of(over(PreprocessConfig.DEFAULT));
    }

    /**
     * Whether a segmentation model takes images at their own size.
     *
     * @throws ConfigException if something else than the default or that is asked for
     */
    boolean ownSize() {
        if (cropRatio != null || (mode != null && !mode.equals("none"))) {
            throw new ConfigException(
                    "a segmentation model sees whole images: --preprocess may be none there, for images"
                            + " at their own size, and --crop-ratio has no meaning");
        }
        return mode != null;
    }

    /** Refuses what no weights could make right. */
    void check() {
        over(PreprocessConfig.DEFAULT);
    }
}
