package io.bandpass.interop;

import io.bandpass.config.ConfigException;
import io.bandpass.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder into which weights are imported. */
record ImportFolder(Path path) {
    /** What commands would take in place of an encoder, or beside it. */
    private static final List<String> OTHERS = List.of(
            StoredModel.FULL_FILE,
            StoredModel.CLASSIFIER_FILE,
            StoredModel.AVERAGED_CLASSIFIER_FILE,
            StoredModel.BEST_CLASSIFIER_FILE);

    /** Refuses a folder that is none, or holds something that is not to be written over. */
    void check(boolean overwrite) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new ConfigException("--out " + path + " is a file, but must be a folder");
        }
        if (!overwrite && Files.isDirectory(path)) {
            try (Stream<Path> content = Files.list(path)) {
                if (content.findAny().isPresent()) {
                    throw new ConfigException(path + " is not empty: use --overwrite, or another --out");
                }
            }
        }
    }

    Path encoder() {
        return path.resolve(StoredModel.ENCODER_FILE);
    }

    Path full() {
        return path.resolve(StoredModel.FULL_FILE);
    }

    /** Removes weights of an earlier model, once there is an encoder: before, the import could still fail. */
    void removeEarlier() throws IOException {
        for (String name : OTHERS) {
            Files.deleteIfExists(path.resolve(name));
        }
    }
}
