package io.bandpass.eval;

import io.bandpass.checkpoint.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** NumPy's format, with the names of the rows in a text file beside it. */
final class NpyFeatures extends TensorFeatures {
    NpyFeatures(Path file) throws IOException {
        super(file);
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        NameList.write(namesBeside(file), names);
        NpyFile.write(file, rows);
    }
}
