package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Layers configuration: the defaults, then a recipe, then single settings; a later layer wins. Every layer is checked
 * when it comes, so that a message can name where a bad key stands.
 */
public final class ConfigBuilder {
    private final ObjectNode defaults = defaults();
    private final ObjectNode tree = JsonNodeFactory.instance.objectNode();

    private static ObjectNode defaults() {
        try (InputStream stream = Objects.requireNonNull(ConfigBuilder.class.getResourceAsStream("/defaults.yaml"))) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return (ObjectNode) StrictYaml.read(text, "defaults.yaml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lays YAML text over what is there.
     *
     * @param source where it was read, for messages
     * @throws ConfigException if it is not YAML, or has unknown keys
     */
    public ConfigBuilder yaml(String text, String source) {
        JsonNode layer = StrictYaml.read(text, source);
        if (!layer.isMissingNode() && !layer.isNull()) {
            lay(layer, source);
        }
        return this;
    }

    /**
     * Lays one setting over what is there.
     *
     * @param assignment {@code section.key=value}, the value in YAML
     */
    public ConfigBuilder set(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new ConfigException("--set " + assignment + " is not of the form section.key=value");
        }
        String key = assignment.substring(0, equals).trim();
        if (List.of(key.split("\\.", -1)).contains("")) {
            throw new ConfigException("--set " + assignment + " is not of the form section.key=value");
        }
        return set(key, assignment.substring(equals + 1), "--set " + assignment);
    }

    /** Lays one setting over what is there; its value is YAML. */
    public ConfigBuilder set(String key, String value, String source) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ObjectNode at = layer;
        String[] path = key.split("\\.", -1);
        for (int i = 0; i < path.length - 1; i++) {
            at = at.putObject(path[i]);
        }
        JsonNode parsed = StrictYaml.read(value, source);
        at.set(path[path.length - 1], parsed.isMissingNode() ? NullNode.getInstance() : parsed);
        lay(layer, source);
        return this;
    }

    private void lay(JsonNode layer, String source) {
        for (String section : Variants.sections()) {
            if (layer.path(section) instanceof ObjectNode node && !node.has(Variants.TYPE)) {
                node.put(Variants.TYPE, type(section));
            }
        }
        if (layer.path("optimizer") instanceof ObjectNode optimizer) {
            changeRate(optimizer, source);
        }
        KnownKeys.check(layer, source);
        for (String section : Variants.sections()) {
            if (layer.has(section)
                    && !layer.path(section).path(Variants.TYPE).asText().equals(type(section))) {
                forget(section);
            }
        }
        merge(tree, layer);
    }

    /** Another type drops what lower layers said of the old one, but an encoder keeps its image size. */
    private void forget(String section) {
        JsonNode imageSize = tree.path(section).path("image-size");
        ObjectNode fresh = tree.putObject(section);
        if (!imageSize.isMissingNode()) {
            fresh.set("image-size", imageSize);
        }
    }

    private String type(String section) {
        String byDefault = Variants.words(section).get(0);
        return tree.path(section).path(Variants.TYPE).asText(byDefault);
    }

    /** An absolute rate replaces one per 512 images, and the other way round. */
    private static void changeRate(ObjectNode optimizer, String source) {
        JsonNode perBatch = optimizer.path("base-learning-rate");
        JsonNode absolute = optimizer.path("learning-rate");
        if (perBatch.isNumber() && absolute.isNumber()) {
            throw new ConfigException(
                    source + " sets both optimizer.base-learning-rate and optimizer.learning-rate; keep one of them");
        }
        if (perBatch.isNumber()) {
            optimizer.put("learning-rate", "none");
        } else if (absolute.isNumber()) {
            optimizer.put("base-learning-rate", "none");
        }
    }

    private static void merge(ObjectNode below, JsonNode above) {
        for (Map.Entry<String, JsonNode> entry : above.properties()) {
            if (below.get(entry.getKey()) instanceof ObjectNode section
                    && entry.getValue().isObject()) {
                merge(section, entry.getValue());
            } else {
                below.set(entry.getKey(), entry.getValue().deepCopy());
            }
        }
    }

    /**
     * The configuration.
     *
     * @throws ConfigException if a value is not allowed
     */
    public RunConfig build() {
        ObjectNode complete = defaults.deepCopy();
        for (String section : Variants.sections()) {
            String type = type(section);
            JsonNode keys = complete.path(section).path(type);
            ObjectNode chosen = keys.isObject() ? keys.deepCopy() : JsonNodeFactory.instance.objectNode();
            chosen.put(Variants.TYPE, type);
            complete.set(section, chosen);
        }
        merge(complete, tree);
        return RecordBinder.bind(complete);
    }

    /** A configuration as YAML that reads back to the same. */
    public static String toYaml(RunConfig config) {
        return StrictYaml.write(RecordBinder.tree(config));
    }

    /** A configuration from the YAML of {@link #toYaml}. */
    public static RunConfig fromYaml(String text, String source) {
        return new ConfigBuilder().yaml(text, source).build();
    }
}
