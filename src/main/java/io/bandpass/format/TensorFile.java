package io.bandpass.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Content of a weights file: named CPU tensors, which it owns, and text metadata. */
public final class TensorFile implements AutoCloseable {
    private final String source;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    public TensorFile(String source, Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.source = source;
        this.tensors = new LinkedHashMap<>(tensors);
        this.metadata = Map.copyOf(metadata);
    }

    /** Name of the file, for messages. */
    public String source() {
        return source;
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** All tensors by name; this object owns them. */
    public Map<String, Tensor> all() {
        return Collections.unmodifiableMap(tensors);
    }

    public @Nullable Tensor find(String name) {
        return tensors.get(name);
    }

    /**
     * Returns the tensor of this name.
     *
     * @throws WeightsException if there is none
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new WeightsException(source + " holds no tensor named " + name);
        }
        return tensor;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }
}
