package io.bandpass.inference;

import io.bandpass.format.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** NumPy's format, with the names of the rows in a text file beside it. */
final class NpyFeatures extends TensorFeatures {
    NpyFeatures(Path file) throws IOException {
        super(file);
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        Path beside = namesBeside(file);
        NameList.write(beside, names);
        try {
            NpyFile.write(file, rows);
        } catch (IOException e) {
            // Names without their features, or beside those of another time, would be half of something.
            Files.deleteIfExists(beside);
            throw e;
        }
    }
}
