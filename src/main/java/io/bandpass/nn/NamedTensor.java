package io.bandpass.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A tensor and its dotted path from the root of the layer tree. */
public record NamedTensor(String name, Tensor tensor) {
    /** Returns the tensors by name, in the same order. */
    public static Map<String, Tensor> byName(List<NamedTensor> tensors) {
        Map<String, Tensor> map = new LinkedHashMap<>();
        tensors.forEach(entry -> map.put(entry.name(), entry.tensor()));
        return map;
    }
}
