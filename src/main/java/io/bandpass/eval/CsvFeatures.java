package io.bandpass.eval;

import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.torch.Tensors;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A table (RFC 4180, but with plain line ends): {@code name,f0,f1,...}. Numbers have as many digits as it takes to read
 * back the same float32.
 */
final class CsvFeatures extends FeatureFile {
    private final Path rows;
    private final BufferedWriter writer;
    private boolean headed;

    CsvFeatures(Path file) throws IOException {
        super(file);
        rows = Files.createTempFile(folder(), ".writing-rows-", "");
        writer = Files.newBufferedWriter(rows);
    }

    @Override
    public void append(Tensor features, List<String> names) throws IOException {
        int width = (int) features.size(1);
        StringBuilder line = new StringBuilder();
        if (!headed) {
            line.append("name");
            for (int i = 0; i < width; i++) {
                line.append(",f").append(i);
            }
            line.append('\n');
            headed = true;
        }
        float[] values = Tensors.toFloats(features);
        for (int row = 0; row < names.size(); row++) {
            line.append(quoted(names.get(row)));
            for (int i = 0; i < width; i++) {
                line.append(',').append(values[row * width + i]);
            }
            line.append('\n');
        }
        writer.write(line.toString());
    }

    private static String quoted(String name) {
        boolean plain = name.chars().noneMatch(c -> ",\"\n\r".indexOf(c) >= 0);
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        writer.close();
        // Not moved: a temporary file is its owner's alone.
        AtomicFiles.write(file, aside -> {
            try (OutputStream out = Files.newOutputStream(aside)) {
                Files.copy(rows, out);
            }
        });
    }

    @Override
    public void close() throws IOException {
        writer.close();
        Files.deleteIfExists(rows);
    }
}
