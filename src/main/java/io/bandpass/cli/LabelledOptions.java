package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.inference.LabelledImages;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Labelled images to judge an encoder by; without any, those of its run. */
final class LabelledOptions {
    @Option(names = "--train", paramLabel = "DIR", description = "Labelled images to learn from: a folder per class.")
    private @Nullable Path train;

    @Option(names = "--test", paramLabel = "DIR", description = "Labelled images to classify.")
    private @Nullable Path test;

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description =
                    "Labelled images, instead of --train and --test. If they come without a split, a tenth is held out"
                            + " or, for images the weights were trained on, the split of that run. May be repeated.")
    private List<String> data = List.of();

    @Option(
            names = "--labels-per-class",
            paramLabel = "K",
            description = "Learn from K images of each class, drawn by the seed.")
    private @Nullable Integer perClass;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of all random draws. Default: 0.")
    private long seed;

    long seed() {
        return seed;
    }

    LabelledImages images() {
        if (perClass != null && perClass < 1) {
            throw new ConfigException("--labels-per-class is " + perClass + ", but must be a whole number above 0");
        }
        LabelledImages all = all();
        return perClass == null ? all : all.perClass(perClass, seed);
    }

    private LabelledImages all() {
        if (!data.isEmpty() && (train != null || test != null)) {
            throw new ConfigException("--data does not go with --train and --test: it holds both parts");
        }
        if (!data.isEmpty()) {
            return LabelledImages.of(data, seed);
        }
        if (train != null && test != null) {
            return LabelledImages.pair(train, test);
        }
        if (train != null || test != null) {
            throw new ConfigException("--train and --test go together; without both, the data of the run is used");
        }
        return LabelledImages.ofRun();
    }
}
