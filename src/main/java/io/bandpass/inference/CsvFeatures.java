package io.bandpass.inference;

import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** CSV writer of features: {@code name,f0,f1,...}. Numbers have enough digits to read back the same float32. */
final class CsvFeatures extends FeatureFile {
    private final CsvFile table;
    private boolean hasHeader;

    CsvFeatures(Path file) throws IOException {
        super(file);
        table = new CsvFile(file);
    }

    @Override
    public void append(Tensor features, List<String> names) throws IOException {
        int width = (int) features.size(1);
        List<String> cells = new ArrayList<>();
        if (!hasHeader) {
            cells.add("name");
            for (int i = 0; i < width; i++) {
                cells.add("f" + i);
            }
            table.row(cells);
            hasHeader = true;
        }
        float[] values = Tensors.toFloats(features);
        for (int row = 0; row < names.size(); row++) {
            cells.clear();
            cells.add(names.get(row));
            for (int i = 0; i < width; i++) {
                cells.add(Float.toString(values[row * width + i]));
            }
            table.row(cells);
        }
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        table.finish();
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
