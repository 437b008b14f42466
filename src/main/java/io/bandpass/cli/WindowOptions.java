package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.config.SegmentConfig;
import io.bandpass.config.SegmentValidateConfig;
import io.bandpass.config.Words;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a segmentation model is applied to images. */
final class WindowOptions {
    @Option(
            names = "--mode",
            paramLabel = "NAME",
            description =
                    "Segmentation: whole images, or slide a window over them. Default: as in the model's validation.")
    private @Nullable String mode;

    @Option(
            names = "--crop",
            paramLabel = "N",
            description = "Edge of a window in pixels. Default: as in the model's validation.")
    private @Nullable Integer crop;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "Pixels between windows. Default: two thirds of a window.")
    private @Nullable Integer stride;

    @Option(
            names = "--scales",
            paramLabel = "X,X",
            split = ",",
            hideParamSyntax = true,
            description = "Scales whose probabilities are averaged, such as 0.5,0.75,1,1.25,1.5,1.75. Default: 1.")
    private @Nullable List<Double> scales;

    @Option(names = "--flip", description = "Average with the mirrored image, too.")
    private boolean flip;

    /** Whether a flag is given. */
    boolean isGiven() {
        return mode != null || crop != null || stride != null || scales != null || flip;
    }

    /** Refuses what is given where weights are no segmentation model. */
    void rejectFor(String what) {
        if (isGiven()) {
            throw new ConfigException("--mode, --crop, --stride, --scales and --flip are for segmentation models, but "
                    + what + " is none");
        }
    }

    /**
     * As settings.
     *
     * @param ownSize whether images are not resized first
     */
    SegmentConfig settings(
            boolean ownSize, String precision, @Nullable Integer batchSize, OptionalInt limit, double maxBad) {
        return new SegmentConfig(
                Optional.ofNullable(mode).map(WindowOptions::mode),
                ownSize ? Optional.of(List.of()) : Optional.empty(),
                optional(crop),
                optional(stride),
                scales == null ? SegmentConfig.DEFAULT.scales() : scales,
                flip,
                precision,
                optional(batchSize),
                limit,
                maxBad);
    }

    private static SegmentValidateConfig.Mode mode(String word) {
        return Words.constant(SegmentValidateConfig.Mode.class, word)
                .orElseThrow(() -> new ConfigException("--mode is '" + word + "', but must be whole or slide"));
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
