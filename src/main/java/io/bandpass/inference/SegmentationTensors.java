package io.bandpass.inference;

import io.bandpass.data.DataException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorRows;
import io.bandpass.labelmap.LabelMap;
import io.bandpass.machine.Environment;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Safetensors file of segmented images, all of one size: {@code logits} (N, K, h, w), float32, and {@code classes} (N,
 * H, W), int16, with the images' names in the metadata. It appears only when complete.
 */
final class SegmentationTensors implements AutoCloseable {
    private final Optional<Path> file;
    private final List<TensorRows> rows = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    private SegmentationTensors(Optional<Path> file) throws IOException {
        this.file = file.map(Path::toAbsolutePath);
        if (this.file.isPresent()) {
            Path folder = Objects.requireNonNull(this.file.get().getParent());
            rows.add(new TensorRows(folder));
            rows.add(new TensorRows(folder, ScalarType.Short));
        }
    }

    /**
     * Creates a file.
     *
     * @param file empty for one that is not wanted
     */
    static SegmentationTensors open(Optional<Path> file) throws IOException {
        return new SegmentationTensors(file);
    }

    boolean isWanted() {
        return file.isPresent();
    }

    /**
     * Appends an image.
     *
     * @param logits (1, K, h, w)
     * @throws DataException if it has another size than the images before it
     */
    void append(String name, Tensor logits, LabelMap labels) throws IOException {
        Tensor ids = Tensors.empty(ScalarType.Short, 1, labels.height(), labels.width());
        Tensors.bytes(ids).asShortBuffer().put(labels.ids());
        long[] before = rows.get(1).shape();
        if (before.length > 0 && (before[1] != labels.height() || before[2] != labels.width())) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "%s has %d x %d pixels, but the images before it have %d x %d: the tensors of a file are of one"
                            + " size, so give images of one size",
                    name,
                    labels.width(),
                    labels.height(),
                    before[2],
                    before[1]));
        }
        rows.get(0).append(logits);
        rows.get(1).append(ids);
        names.add(name);
    }

    /**
     * Completes the file and moves it into place; no rows may follow.
     *
     * @param weights file of the model
     */
    void finish(Path weights) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("producer", "bandpass " + Environment.version());
        metadata.put("weights", String.valueOf(weights.getFileName()));
        SafetensorsFeatures.putNames(file.get(), names, metadata);
        Map<String, List<TensorRows>> tensors = new LinkedHashMap<>();
        tensors.put("logits", List.of(rows.get(0)));
        tensors.put("classes", List.of(rows.get(1)));
        Safetensors.writeRows(file.get(), tensors, metadata);
    }

    @Override
    public void close() throws IOException {
        for (TensorRows tensor : rows) {
            tensor.close();
        }
    }
}
