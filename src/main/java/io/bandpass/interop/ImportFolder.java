package io.bandpass.interop;

import io.bandpass.config.ConfigException;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder into which weights are imported. */
record ImportFolder(Path path) {
    /** Weights that commands would load instead of the imported ones, or in addition to them. */
    private static final List<String> ALL = List.of(
            WeightsFile.ENCODER,
            WeightsFile.FULL,
            WeightsFile.CLASSIFIER,
            WeightsFile.AVERAGED_CLASSIFIER,
            WeightsFile.BEST_CLASSIFIER,
            WeightsFile.SEGMENTER,
            WeightsFile.AVERAGED_SEGMENTER,
            WeightsFile.BEST_SEGMENTER);

    /** Rejects a path that is not a folder, or a non-empty folder that must not be overwritten. */
    void check(boolean overwrite) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new ConfigException("`out` " + path + " is a file, but must be a folder");
        }
        if (!overwrite && Files.isDirectory(path)) {
            try (Stream<Path> content = Files.list(path)) {
                if (content.findAny().isPresent()) {
                    throw new ConfigException(path + " is not empty: use `overwrite`, or another `out`");
                }
            }
        }
    }

    Path encoder() {
        return path.resolve(WeightsFile.ENCODER);
    }

    Path full() {
        return path.resolve(WeightsFile.FULL);
    }

    Path segmenter() {
        return path.resolve(WeightsFile.SEGMENTER);
    }

    /** Removes weights of earlier models, after the new ones are written: before, the import could still fail. */
    void removeAllBut(Path kept) throws IOException {
        for (String name : ALL) {
            if (!path.resolve(name).equals(kept)) {
                Files.deleteIfExists(path.resolve(name));
            }
        }
    }
}
