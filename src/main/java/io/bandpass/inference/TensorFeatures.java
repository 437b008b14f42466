package io.bandpass.inference;

import io.bandpass.format.TensorRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Feature file with one tensor; its header contains the number of rows and so is written last. */
abstract class TensorFeatures extends FeatureFile {
    final TensorRows rows;
    final List<String> names = new ArrayList<>();

    TensorFeatures(Path file) throws IOException {
        super(file);
        rows = new TensorRows(folder());
    }

    @Override
    public final void append(Tensor features, List<String> rowNames) throws IOException {
        rows.append(features);
        names.addAll(rowNames);
    }

    @Override
    public final void close() throws IOException {
        rows.close();
    }
}
