package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which keys there are, and what a message says about one that is not among them. */
final class KnownKeys {
    private static final String ENCODER = "encoder";
    private static final String TYPE = "type";

    private KnownKeys() {}

    /** Refuses every key of a tree that no record has, naming where it was read. */
    static void check(JsonNode tree, String source) {
        check(tree, RunConfig.class, "", source);
    }

    private static void check(JsonNode tree, Class<?> record, String path, String source) {
        if (!tree.isObject()) {
            throw new ConfigException(
                    source + ": " + (path.isEmpty() ? "the file" : path) + " must hold keys and values");
        }
        Map<String, RecordComponent> known = RecordBinder.components(record);
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String key = entry.getKey();
            RecordComponent component = known.get(key);
            boolean type = path.equals(ENCODER) && key.equals(TYPE);
            if (component == null && !type) {
                throw unknown(key, record, path, source);
            }
            if (component != null && RecordBinder.isSection(component.getType())) {
                check(
                        entry.getValue(),
                        sectionRecord(component.getType(), entry.getValue(), source),
                        RecordBinder.dotted(path, key),
                        source);
            }
        }
    }

    private static ConfigException unknown(String key, Class<?> record, String path, String source) {
        List<String> names = new ArrayList<>(RecordBinder.components(record).keySet());
        String place = path;
        if (path.equals(ENCODER)) {
            names.add(0, TYPE);
            place = "encoder of type " + typeName(record);
        }
        List<String> elsewhere = places(key);
        return new ConfigException(source + ": unknown key " + Check.shown(RecordBinder.dotted(path, key)) + "; "
                + (path.isEmpty() ? "sections are " : "keys of " + place + " are ") + String.join(", ", names)
                + (elsewhere.isEmpty()
                        ? NearestKey.suggestion(key, names)
                        : "; did you mean " + String.join(" or ", elsewhere) + "?"));
    }

    /** Where a key stands that was looked for in the wrong section. */
    private static List<String> places(String key) {
        List<String> places = new ArrayList<>();
        RecordBinder.components(RunConfig.class).forEach((section, component) -> {
            if (component.getType().isRecord()
                    && RecordBinder.components(component.getType()).containsKey(key)) {
                places.add(RecordBinder.dotted(section, key));
            }
        });
        List<String> types = RecordBinder.ENCODERS.entrySet().stream()
                .filter(entry -> RecordBinder.components(entry.getValue()).containsKey(key))
                .map(Map.Entry::getKey)
                .toList();
        if (!types.isEmpty()) {
            places.add(RecordBinder.dotted(ENCODER, key)
                    + (types.size() == RecordBinder.ENCODERS.size() ? "" : " of type " + String.join(" or ", types)));
        }
        return places;
    }

    private static String typeName(Class<?> record) {
        return RecordBinder.ENCODERS.entrySet().stream()
                .filter(entry -> entry.getValue() == record)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    static Class<?> sectionRecord(Class<?> type, JsonNode node, String source) {
        return type == EncoderConfig.class ? encoderRecord(node, source) : type;
    }

    private static Class<? extends EncoderConfig> encoderRecord(JsonNode node, String source) {
        if (!node.isObject()) {
            throw new ConfigException(source + ": encoder must hold keys and values");
        }
        String name = node.path(TYPE).asText("");
        Class<? extends EncoderConfig> record = RecordBinder.ENCODERS.get(name);
        if (record == null) {
            throw new ConfigException(source + ": encoder.type is '" + Check.shown(name) + "', but must be one of "
                    + String.join(", ", RecordBinder.ENCODERS.keySet())
                    + NearestKey.suggestion(name, RecordBinder.ENCODERS.keySet()));
        }
        return record;
    }
}
