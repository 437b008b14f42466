package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A key whose value differs between two configurations.
 *
 * @param before YAML
 * @param after YAML
 */
public record ConfigDifference(String key, String before, String after) {
    /** All differences, sorted by key. */
    public static List<ConfigDifference> between(RunConfig before, RunConfig after) {
        Map<String, String> a = new TreeMap<>();
        Map<String, String> b = new TreeMap<>();
        flatten(RecordBinder.tree(before), "", a);
        flatten(RecordBinder.tree(after), "", b);
        List<ConfigDifference> differences = new ArrayList<>();
        for (Map.Entry<String, String> entry : a.entrySet()) {
            String other = b.getOrDefault(entry.getKey(), "nothing");
            if (!other.equals(entry.getValue())) {
                differences.add(new ConfigDifference(entry.getKey(), entry.getValue(), other));
            }
        }
        b.forEach((key, value) -> {
            if (!a.containsKey(key)) {
                differences.add(new ConfigDifference(key, "nothing", value));
            }
        });
        return differences;
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
