package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Weights, as a run, as a file, or as a folder. */
final class WeightsChoice {
    @Option(names = "--run", required = true, paramLabel = "DIR", description = "Run folder.")
    private @Nullable Path run;

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE|DIR",
            description = "Weights file, or a folder written by import or a run.")
    private @Nullable Path file;

    /** The encoder alone, the classifier in which a run of finetune leaves it, or whichever file or folder was named. */
    Path encoder() {
        Path classifier = choose("classifier.safetensors");
        return file == null && Files.exists(classifier) ? classifier : choose("encoder.safetensors");
    }

    /**
     * The full model, or whichever file or folder was named.
     *
     * @throws ConfigException if the run is one of a model without a decoder
     */
    Path full() {
        Path full = choose("full.safetensors");
        if (file == null && !Files.exists(full)) {
            for (String other : List.of("classifier.safetensors", "segmenter.safetensors")) {
                if (Files.exists(choose(other))) {
                    throw new ConfigException(run() + " holds a " + other.replace(".safetensors", "")
                            + ", which has no decoder of images: name a run of pretrain");
                }
            }
        }
        return full;
    }

    /** The run, file or folder, with a classifier or a segmentation model. */
    Path model() {
        return file != null ? file : run();
    }

    private Path choose(String name) {
        if (file != null) {
            return file;
        }
        if (!Files.isDirectory(run())) {
            throw new ConfigException("there is no run folder " + run());
        }
        return run().resolve("weights").resolve(name);
    }

    private Path run() {
        if (run != null) {
            return run;
        }
        throw new IllegalStateException("neither --run nor --weights");
    }
}
