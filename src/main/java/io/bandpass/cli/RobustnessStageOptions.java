package io.bandpass.cli;

import io.bandpass.compare.Comparison;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Robustness in a comparison. */
final class RobustnessStageOptions {
    @Option(
            names = "--robustness",
            paramLabel = "PART,...",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Also measure each classifier fine-tuned with all labels: attacks of robustness, corruptions, bands,"
                            + " fourier.")
    private List<String> parts = new ArrayList<>();

    @Option(
            names = "--robustness-images",
            paramLabel = "N",
            description = "Most held-out images that robustness is measured on. Default: 500.")
    private @Nullable Integer images;

    void addTo(Comparison comparison) {
        comparison.robustness(parts.toArray(String[]::new));
        if (images != null) {
            comparison.robustnessImages(images);
        }
    }
}
