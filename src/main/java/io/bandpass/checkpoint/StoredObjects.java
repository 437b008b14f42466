package io.bandpass.checkpoint;

import io.bandpass.checkpoint.TorchValues.Storage;
import io.bandpass.checkpoint.TorchValues.StoredTensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds tensors and settings among the objects of a PyTorch file. */
final class StoredObjects {
    /** Where programs put the state of a model, in the order in which they are looked for. */
    private static final List<String> STATES = List.of(
            "model", "state_dict", "state_dict_ema", "model_ema", "model_state_dict", "model_state", "module", "net");

    /**
     * The state of a model.
     *
     * @param key under which it was found, empty at the top
     */
    record State(String key, Map<String, StoredTensor> tensors) {}

    private StoredObjects() {}

    /** All storages below an object; what is contained several times, or in itself, is looked at once. */
    static Set<Storage> storages(@Nullable Object root) {
        Set<Storage> storages = new LinkedHashSet<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        if (root != null) {
            open.add(root);
        }
        while (!open.isEmpty()) {
            Object next = open.removeLast();
            if (next instanceof StoredTensor tensor) {
                storages.add(tensor.storage());
            } else if (next instanceof Storage storage) {
                storages.add(storage);
            } else if (seen.add(next)) {
                Iterable<?> children = next instanceof Map<?, ?> map
                        ? map.values()
                        : next instanceof Iterable<?> items
                                ? items
                                : next instanceof Object[] array ? Arrays.asList(array) : List.of();
                for (Object child : children) {
                    if (child != null) {
                        open.add(child);
                    }
                }
            }
        }
        return storages;
    }

    /**
     * The state of the model in a file.
     *
     * @throws WeightsException if there is none
     */
    static State state(String source, @Nullable Object root) {
        if (!(root instanceof Map<?, ?> map)) {
            throw new WeightsException(source + " holds no map of names and tensors, but something else");
        }
        Map<String, StoredTensor> top = tensors(map);
        if (!top.isEmpty()) {
            return new State("", top);
        }
        for (String key : STATES) {
            if (map.get(key) instanceof Map<?, ?> inner && !tensors(inner).isEmpty()) {
                return new State(key, tensors(inner));
            }
        }
        throw new WeightsException(source + " holds no weights: there are no tensors at its top, nor under one of "
                + String.join(", ", STATES));
    }

    private static Map<String, StoredTensor> tensors(Map<?, ?> map) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key instanceof String name && value instanceof StoredTensor tensor) {
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }
}
