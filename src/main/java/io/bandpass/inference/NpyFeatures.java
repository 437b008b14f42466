package io.bandpass.inference;

import io.bandpass.format.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** NumPy (.npy) writer of features, with the row names in a separate text file. */
final class NpyFeatures extends TensorFeatures {
    NpyFeatures(Path file) throws IOException {
        super(file);
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        Path namesFile = namesBeside(file);
        NameList.write(namesFile, names);
        try {
            NpyFile.write(file, rows);
        } catch (IOException e) {
            // Do not leave names without features, or beside features of an earlier call.
            Files.deleteIfExists(namesFile);
            throw e;
        }
    }
}
