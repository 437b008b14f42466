package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.ReconstructConfig;
import io.bandpass.inference.Reconstruction;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass reconstruct}. */
@Command(
        name = "reconstruct",
        description = "Reconstructs images with a pre-trained model, and writes pictures or tensors.",
        footer = {
            "",
            "Examples:",
            "  bandpass reconstruct --run runs/a --images photos/ --out pictures/",
            "  bandpass reconstruct --weights full.safetensors --images photos/ --mask mixed --radius 16"
                    + " --save-tensors tensors.safetensors"
        })
final class ReconstructCommand implements Callable<Integer> {
    private static final int MOST_PICTURES = 100;

    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Mixin
    private ImagesOption.Required images = new ImagesOption.Required();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for pictures, one for each of at most " + MOST_PICTURES + " images.")
    private @Nullable Path out;

    @Option(
            names = "--save-tensors",
            paramLabel = "FILE",
            description = "File for tensors, .safetensors: input, corrupted, mask, reconstruction, image_loss, loss.")
    private @Nullable Path tensors;

    @Option(
            names = "--mask",
            paramLabel = "NAME",
            description =
                    "Which frequencies the model is given: low, high, both (all images low, then all high) or mixed"
                            + " (low, high, low, ...). Default: both.")
    private @Nullable String mask;

    @Option(names = "--radius", paramLabel = "R", description = "Radius of the mask. Default: that of the training.")
    private @Nullable Double radius;

    @Mixin
    private InferenceOptions inference = new InferenceOptions();

    @Override
    public Integer call() throws IOException {
        if (out == null && tensors == null) {
            throw new ConfigException(
                    "there is nothing to make: name a folder for pictures with --out, a file for tensors"
                            + " with --save-tensors, or both");
        }
        OptionalInt limit = inference.limit();
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new ConfigException("--limit is " + limit.getAsInt() + ", but must be a whole number above 0");
        }
        if (tensors != null) {
            Reconstruction.checkTensors(tensors);
        }
        Set<String> unreadable = new LinkedHashSet<>();
        try (Reconstruction model = open()) {
            if (out != null) {
                Reconstruction.Drawn drawn = model.draw(images.paths(), out, limit.orElse(MOST_PICTURES));
                unreadable.addAll(drawn.unreadable());
                Terminal.line(Counts.of(drawn.pictures().size(), "picture") + " in " + out);
            }
            if (tensors != null) {
                Reconstruction.Written written = write(model, tensors);
                unreadable.addAll(written.unreadable());
                Terminal.line(String.format(
                        Locale.ROOT, "%s in %s, loss %.6f", Counts.of(written.rows(), "row"), tensors, written.loss()));
            }
        }
        unreadable.forEach(line -> Terminal.error("unreadable: " + line));
        return 0;
    }

    private Reconstruction.Written write(Reconstruction model, Path file) throws IOException {
        try (CountBar bar = new CountBar("image")) {
            return model.writeTensors(images.paths(), file, bar::reached);
        }
    }

    private Reconstruction open() throws IOException {
        ReconstructConfig options = new ReconstructConfig(
                Optional.ofNullable(mask),
                radius == null ? OptionalDouble.empty() : OptionalDouble.of(radius),
                inference.preprocess().over(PreprocessConfig.DEFAULT),
                inference.precision(),
                inference.batchSize(),
                inference.limit());
        return Reconstruction.open(weights.full(), options, inference.device(), inference.threads());
    }
}
