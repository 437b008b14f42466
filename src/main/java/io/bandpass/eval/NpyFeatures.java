package io.bandpass.eval;

import io.bandpass.checkpoint.NpyFile;
import io.bandpass.checkpoint.TensorRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** NumPy's format, with the names of the rows in a text file beside it. */
final class NpyFeatures extends FeatureFile {
    private final TensorRows rows;
    private final List<String> names = new ArrayList<>();

    NpyFeatures(Path file) throws IOException {
        super(file);
        rows = new TensorRows(folder());
    }

    @Override
    public void append(Tensor features, List<String> namesOfRows) throws IOException {
        rows.append(features);
        names.addAll(namesOfRows);
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        NameList.write(namesBeside(file), names);
        NpyFile.write(file, rows);
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
