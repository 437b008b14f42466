package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/** Default values of all keys. */
final class Defaults {
    private Defaults() {}

    /**
     * Reads the defaults of a kind of run: those of pre-training for shared sections, overridden by its own file.
     *
     * @return a new tree
     */
    static ObjectNode of(Class<?> root) {
        ObjectNode pretraining = read("defaults.yaml");
        if (root == PretrainingConfig.class) {
            return pretraining;
        }
        ObjectNode shared = JsonNodeFactory.instance.objectNode();
        Map<String, RecordComponent> others = RecordBinder.components(PretrainingConfig.class);
        RecordBinder.components(root).forEach((section, component) -> {
            RecordComponent other = others.get(section);
            if (other != null && other.getType() == component.getType()) {
                shared.set(section, pretraining.get(section));
            }
        });
        merge(shared, read(root.getAnnotation(OfCommand.class).value() + "-defaults.yaml"));
        return shared;
    }

    /** Merges a tree into another, key by key. */
    static void merge(ObjectNode below, JsonNode above) {
        for (Map.Entry<String, JsonNode> entry : above.properties()) {
            if (below.get(entry.getKey()) instanceof ObjectNode section
                    && entry.getValue().isObject()) {
                merge(section, entry.getValue());
            } else {
                below.set(entry.getKey(), entry.getValue().deepCopy());
            }
        }
    }

    private static ObjectNode read(String name) {
        return (ObjectNode) StrictYaml.read(BundledText.read(name), name);
    }
}
