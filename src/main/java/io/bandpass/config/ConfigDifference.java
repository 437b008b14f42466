package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A configuration key with different values in two configurations.
 *
 * @param before YAML
 * @param after YAML
 */
public record ConfigDifference(String key, String before, String after) {
    /** Returns all differences, sorted by key. */
    public static List<ConfigDifference> between(Record before, Record after) {
        Map<String, String> a = new HashMap<>();
        Map<String, String> b = new HashMap<>();
        flatten(RecordBinder.tree(before), "", a);
        flatten(RecordBinder.tree(after), "", b);
        Set<String> keys = new TreeSet<>(a.keySet());
        keys.addAll(b.keySet());
        return keys.stream()
                .map(key -> new ConfigDifference(key, a.getOrDefault(key, "nothing"), b.getOrDefault(key, "nothing")))
                .filter(difference -> !difference.before().equals(difference.after()))
                .toList();
    }

    private static void flatten(JsonNode node, String path, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> flatten(
                            entry.getValue(), path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), into));
        } else {
            into.put(path, node.toString());
        }
    }

    @Override
    public String toString() {
        return key + ": " + before + " -> " + after;
    }
}
