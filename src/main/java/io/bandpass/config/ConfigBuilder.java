package io.bandpass.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/**
 * Layers configuration: the defaults, then a recipe, then single settings; a later layer wins. Every layer is checked
 * when it comes, so that a message can name where a bad key stands.
 */
public final class ConfigBuilder {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private static final String ENCODER = "encoder";
    private static final String TYPE = "type";

    private final ObjectNode defaults = defaults();
    private final ObjectNode tree = JsonNodeFactory.instance.objectNode();

    private static ObjectNode defaults() {
        try (InputStream stream = Objects.requireNonNull(ConfigBuilder.class.getResourceAsStream("/defaults.yaml"))) {
            return (ObjectNode) YAML.readTree(stream);
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
        JsonNode layer = parse(text, source);
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
        at.set(path[path.length - 1], parse(value, source));
        lay(layer, source);
        return this;
    }

    private static JsonNode parse(String text, String source) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
            String problem = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new ConfigException(source + " is not sound YAML" + where + ": " + problem);
        }
    }

    private void lay(JsonNode layer, String source) {
        if (layer.path(ENCODER) instanceof ObjectNode encoder) {
            changeType(encoder, source);
        }
        if (layer.path("optimizer") instanceof ObjectNode optimizer) {
            changeRate(optimizer, source);
        }
        RecordBinder.checkKeys(layer, source);
        merge(tree, layer);
    }

    /** Another type of encoder drops what lower layers said of the old one's geometry, but not the image size. */
    private void changeType(ObjectNode encoder, String source) {
        JsonNode old = tree.path(ENCODER);
        if (!encoder.has(TYPE)) {
            encoder.put(TYPE, old.path(TYPE).asText(defaultType()));
        } else if (!old.path(TYPE)
                .asText(defaultType())
                .equals(encoder.path(TYPE).asText())) {
            JsonNode imageSize = old.path("image-size");
            ObjectNode fresh = tree.putObject(ENCODER);
            if (!imageSize.isMissingNode()) {
                fresh.set("image-size", imageSize);
            }
        }
        if (encoder.get(TYPE) != null && !encoder.get(TYPE).isTextual()) {
            throw new ConfigException(source + ": encoder.type is " + encoder.get(TYPE) + ", but must be a word");
        }
    }

    private String defaultType() {
        return defaults.path(ENCODER).properties().iterator().next().getKey();
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
        JsonNode encoders = complete.path(ENCODER);
        String type = tree.path(ENCODER).path(TYPE).asText(defaultType());
        JsonNode encoder = encoders.path(type);
        complete.set(ENCODER, encoder.isObject() ? encoder.deepCopy() : JsonNodeFactory.instance.objectNode());
        ((ObjectNode) complete.path(ENCODER)).put(TYPE, type);
        merge(complete, tree);
        return RecordBinder.bind(complete);
    }

    /** A configuration as YAML that reads back to the same. */
    public static String toYaml(RunConfig config) {
        try {
            return YAML.writeValueAsString(RecordBinder.tree(config));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A configuration from the YAML of {@link #toYaml}. */
    public static RunConfig fromYaml(String text, String source) {
        return new ConfigBuilder().yaml(text, source).build();
    }
}
