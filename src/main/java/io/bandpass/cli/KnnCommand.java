package io.bandpass.cli;

import io.bandpass.PretrainedEncoder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PreprocessConfig;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass knn}. */
@Command(
        name = "knn",
        description = "Classifies held-out images by the nearest training images, with a frozen encoder.",
        footer = {
            "",
            "Examples:",
            "  bandpass knn --run runs/a",
            "  bandpass knn --weights runs/a/weights/encoder.safetensors --train images/train --test images/val"
        })
final class KnnCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(names = "--train", paramLabel = "DIR", description = "Labelled images that vote: a folder per class.")
    private @Nullable Path train;

    @Option(names = "--test", paramLabel = "DIR", description = "Labelled images to classify.")
    private @Nullable Path test;

    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto, cpu or cuda.")
    private String device = "auto";

    @Override
    public Integer call() {
        if ((train == null) != (test == null)) {
            throw new ConfigException("--train and --test go together; without both, the data of the run is used");
        }
        PreprocessConfig fit = preprocess.config();
        Terminal.line("encoding all images with " + weights.encoder());
        try (PretrainedEncoder encoder = PretrainedEncoder.open(weights.encoder(), device)) {
            PretrainedEncoder.KnnAccuracy accuracy =
                    train == null || test == null ? encoder.knn(fit) : encoder.knn(train, test, fit);
            Terminal.line(String.format(
                    Locale.ROOT,
                    "kNN top-1 %.2f %% (raw pixels %.2f %%), %d images vote on %d",
                    100 * accuracy.encoder(),
                    100 * accuracy.pixels(),
                    accuracy.trainImages(),
                    accuracy.testImages()));
        }
        return 0;
    }
}
