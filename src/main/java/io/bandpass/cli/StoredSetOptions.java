package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.robustness.Robustness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Stored sets of images for {@code robustness}, which the user brings. */
final class StoredSetOptions {
    @Option(
            names = {"--corrupted-set", "--imagenet-c"},
            paramLabel = "DIR",
            description =
                    "Corrupted images that others made: NAME/SEVERITY/CLASS/FILE as ImageNet-C, or NAME.npy beside"
                            + " labels.npy as CIFAR-10-C.")
    private @Nullable Path corrupted;

    @Option(names = "--imagenet-a", paramLabel = "DIR", description = "ImageNet-A, a folder for each of its classes.")
    private @Nullable Path imageNetA;

    @Option(names = "--imagenet-r", paramLabel = "DIR", description = "ImageNet-R, a folder for each of its classes.")
    private @Nullable Path imageNetR;

    @Option(
            names = "--imagenet-sketch",
            paramLabel = "DIR",
            description = "ImageNet-Sketch, a folder for each of its classes.")
    private @Nullable Path imageNetSketch;

    @Option(
            names = "--other-set",
            paramLabel = "DIR",
            description = "Other images in folders named as the model's classes, such as sketches; they are classified"
                    + " among the classes that they have. May be repeated.")
    private List<Path> others = new ArrayList<>();

    boolean hasCorruptions() {
        return corrupted != null;
    }

    void addTo(Robustness robustness) {
        if (corrupted != null) {
            robustness.corruptedSet(corrupted);
        }
        add(robustness, "ImageNet-A", imageNetA);
        add(robustness, "ImageNet-R", imageNetR);
        add(robustness, "ImageNet-Sketch", imageNetSketch);
        for (Path other : others) {
            Path name = other.toAbsolutePath().normalize().getFileName();
            if (name == null) {
                throw new ConfigException("--other-set " + other + " has no name; give a folder");
            }
            robustness.otherSet(name.toString(), other);
        }
    }

    private static void add(Robustness robustness, String name, @Nullable Path folder) {
        if (folder != null) {
            robustness.otherSet(name, folder);
        }
    }
}
