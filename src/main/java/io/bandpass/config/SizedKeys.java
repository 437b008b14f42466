package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The keys whose values are sizes that belong to a size of the images, and what they become at another one. Sizes that
 * belong to the pixels themselves, such as the kernels of deblurring, or to an encoder, such as its patches, are not among
 * them.
 */
final class SizedKeys {
    /** What a value becomes. */
    private interface Rule {
        /** As a node, for images of {@code to} pixels of this encoder, of a value for {@code from} pixels. */
        JsonNode scaled(JsonNode value, double from, double to, ObjectNode config);
    }

    private static final Map<String, Rule> RULES = Map.of(
            // A radius in bins over the size is a frequency in cycles per pixel.
            "mask.radius", (value, from, to, config) -> inProportion(value, from, to, config),
            "mask.radius-range", (value, from, to, config) -> inProportion(value, from, to, config),
            "mask.outer-radius", (value, from, to, config) -> inProportion(value, from, to, config),
            "task.block-size", SizedKeys::blocks,
            "validate.image-size", SizedKeys::validated);

    private SizedKeys() {}

    /** All of them, dotted. */
    static List<String> all() {
        return RULES.keySet().stream().sorted().toList();
    }

    /** The value of a dotted key; a missing node where there is none. */
    static JsonNode value(JsonNode tree, String key) {
        return tree.at("/" + key.replace('.', '/'));
    }

    /**
     * Replaces the value of a key by that for the encoder's image size.
     *
     * @param config complete
     * @param from the image size in pixels that the value was given for
     */
    static void scale(ObjectNode config, String key, int from) {
        JsonNode size = value(config, "encoder.image-size");
        JsonNode value = value(config, key);
        boolean scales = value.isNumber() || value.isArray();
        if (!scales || !size.isIntegralNumber() || size.intValue() <= 0 || size.intValue() == from) {
            return;
        }
        int dot = key.indexOf('.');
        ((ObjectNode) config.get(key.substring(0, dot)))
                .set(
                        key.substring(dot + 1),
                        Objects.requireNonNull(RULES.get(key)).scaled(value, from, size.intValue(), config));
    }

    private static JsonNode inProportion(JsonNode value, double from, double to, ObjectNode config) {
        if (value.isNumber()) {
            return config.numberNode(value.doubleValue() * to / from);
        }
        ArrayNode scaled = config.arrayNode();
        value.forEach(item -> scaled.add(item.isNumber() ? inProportion(item, from, to, config) : item));
        return scaled;
    }

    /** The nearest that the encoder can have; the same where it can have none, which is refused then. */
    private static JsonNode blocks(JsonNode value, double from, double to, ObjectNode config) {
        var nearest = SimMimConfig.nearestBlockSize(encoder(config), value.doubleValue() * to / from);
        return nearest.isPresent() ? config.numberNode(nearest.getAsInt()) : value;
    }

    /** The nearest multiple of the encoder's stride. */
    private static JsonNode validated(JsonNode value, double from, double to, ObjectNode config) {
        int stride = encoder(config).stride();
        long steps = Math.max(1, Math.round(value.doubleValue() * to / from / stride));
        return config.numberNode(Math.toIntExact(steps * stride));
    }

    private static EncoderConfig encoder(ObjectNode config) {
        return RecordBinder.section(config, EncoderConfig.class, "encoder");
    }
}
