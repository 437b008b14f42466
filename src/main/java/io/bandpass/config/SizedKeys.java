package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keys whose values depend on the image size, and their scaling to another size. Sizes tied to pixels, such as the
 * kernels of deblurring, or to an encoder, such as its patches, are not included.
 */
final class SizedKeys {
    /** Scaling of a value. */
    private interface Rule {
        /** Scales a value for images of {@code from} pixels to images of {@code to} pixels of this encoder. */
        JsonNode scaled(JsonNode value, double from, double to, ObjectNode config);
    }

    private static final Map<String, Rule> RULES = Map.of(
            // A radius in bins divided by the size is a frequency in cycles per pixel.
            "mask.radius", (value, from, to, config) -> inProportion(value, from, to, config),
            "mask.radius-range", (value, from, to, config) -> inProportion(value, from, to, config),
            "mask.outer-radius", (value, from, to, config) -> inProportion(value, from, to, config),
            "task.block-size", SizedKeys::blocks,
            "validate.image-size", SizedKeys::validated);

    private SizedKeys() {}

    /** All size-dependent keys, dotted. */
    static List<String> all() {
        return RULES.keySet().stream().sorted().toList();
    }

    /** Returns the value of a dotted key, or a missing node. */
    static JsonNode value(JsonNode tree, String key) {
        return tree.at("/" + key.replace('.', '/'));
    }

    /**
     * Scales the value of a key to the encoder's image size.
     *
     * @param config complete
     * @param from image size in pixels that the value refers to
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

    /** Returns the nearest valid block size; if there is none, the value itself, which validation then rejects. */
    private static JsonNode blocks(JsonNode value, double from, double to, ObjectNode config) {
        var nearest = SimMimConfig.nearestBlockSize(encoder(config), value.doubleValue() * to / from);
        return nearest.isPresent() ? config.numberNode(nearest.getAsInt()) : value;
    }

    /** Returns the nearest multiple of the encoder's stride. */
    private static JsonNode validated(JsonNode value, double from, double to, ObjectNode config) {
        int stride = encoder(config).stride();
        long steps = Math.max(1, Math.round(value.doubleValue() * to / from / stride));
        return config.numberNode(Math.toIntExact(steps * stride));
    }

    private static EncoderConfig encoder(ObjectNode config) {
        return RecordBinder.section(config, EncoderConfig.class, "encoder");
    }
}
