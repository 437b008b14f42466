package io.bandpass.inference;

import io.bandpass.format.TensorRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Features as one tensor, whose header says how many rows there are and so is written when all have come. */
abstract class TensorFeatures extends FeatureFile {
    final TensorRows rows;
    final List<String> names = new ArrayList<>();

    TensorFeatures(Path file) throws IOException {
        super(file);
        rows = new TensorRows(folder());
    }

    @Override
    public final void append(Tensor features, List<String> namesOfRows) throws IOException {
        rows.append(features);
        names.addAll(namesOfRows);
    }

    @Override
    public final void close() throws IOException {
        rows.close();
    }
}
