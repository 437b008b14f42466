package io.bandpass.format;

import io.bandpass.format.TorchValues.Storage;
import io.bandpass.format.TorchValues.StoredTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds tensors and settings in the object tree of a PyTorch file. */
public final class StoredObjects {
    /** Keys under which programs store a model's state, in order of preference. */
    private static final List<String> STATES = List.of(
            "model",
            "state_dict",
            "state_dict_ema",
            "model_ema",
            "model_state_dict",
            "model_state",
            "module",
            "net",
            // DINO stores both, and evaluates the teacher.
            "teacher",
            "student");

    private static final Pattern AVERAGES =
            Pattern.compile("(?:.*_)?ema(?:_.*)?|(?:.*_)?averaged?(?:_.*)?", Pattern.DOTALL);

    /**
     * State of a model.
     *
     * @param key under which it was found; empty at the top level
     * @param averages keys of moving averages that were not chosen
     */
    public record State(String key, Map<String, StoredTensor> tensors, List<String> averages) {}

    private StoredObjects() {}

    /** Returns all storages in an object tree; shared and cyclic objects are visited once. */
    public static Set<Storage> storages(@Nullable Object root) {
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
     * Returns the state of the model in a file.
     *
     * @throws WeightsException if there is none
     */
    public static State state(String source, @Nullable Object root) {
        if (!(root instanceof Map<?, ?> map)) {
            throw new WeightsException(source + " holds no map of names and tensors, but something else");
        }
        // There may be stray tensors beside the state, such as the best score or a generator's state, and a few tensors
        // that are no model under one of the keys.
        Map<String, Map<String, StoredTensor>> found = new LinkedHashMap<>();
        for (String key : STATES) {
            if (map.get(key) instanceof Map<?, ?> inner) {
                collect(source, key, inner, found);
            }
        }
        found.put("", tensors(source, map));
        int most = found.values().stream().mapToInt(Map::size).max().orElse(0);
        for (Map.Entry<String, Map<String, StoredTensor>> entry : found.entrySet()) {
            if (most > 0 && entry.getValue().size() * 2 > most) {
                return new State(entry.getKey(), entry.getValue(), averages(map, entry.getKey()));
            }
        }
        throw new WeightsException(source + " holds no weights: there are no tensors at its top, nor under one of "
                + String.join(", ", STATES));
    }

    /** Collects the tensors under a key or, if there are none, one level deeper. */
    private static void collect(
            String source, String key, Map<?, ?> inner, Map<String, Map<String, StoredTensor>> found) {
        Map<String, StoredTensor> tensors = tensors(source, inner);
        if (!tensors.isEmpty()) {
            found.put(key, tensors);
            return;
        }
        for (String deeper : STATES) {
            if (inner.get(deeper) instanceof Map<?, ?> state
                    && !tensors(source, state).isEmpty()) {
                found.put(key + "." + deeper, tensors(source, state));
            }
        }
    }

    private static List<String> averages(Map<?, ?> map, String taken) {
        List<String> averages = new ArrayList<>();
        map.forEach((key, value) -> {
            if (key instanceof String name
                    && AVERAGES.matcher(name).matches()
                    && !taken.equals(name)
                    && !taken.startsWith(name + ".")
                    && value instanceof Map<?, ?> inner
                    && !storages(inner).isEmpty()) {
                averages.add(name);
            }
        });
        return averages;
    }

    private static Map<String, StoredTensor> tensors(String source, Map<?, ?> map) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key instanceof String name && value instanceof StoredTensor tensor) {
                SafetensorsHeader.checkName(source, name);
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }
}
