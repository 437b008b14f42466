package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Valid configuration keys, and the messages for unknown ones. */
public final class KnownKeys {
    private final Class<?> root;

    private KnownKeys(Class<?> root) {
        this.root = root;
    }

    /** Rejects every key of a tree that its record lacks, naming the source. */
    public static void check(JsonNode tree, Class<?> root, String source) {
        new KnownKeys(root).check(tree, root, "", source);
    }

    private void check(JsonNode tree, Class<?> record, String path, String source) {
        if (!tree.isObject()) {
            throw new ConfigException(
                    source + ": " + (path.isEmpty() ? "the file" : path) + " must hold keys and values");
        }
        Map<String, RecordComponent> known = RecordBinder.components(record);
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String key = entry.getKey();
            RecordComponent component = known.get(key);
            boolean type = key.equals(Variants.TYPE) && Variants.word(record).isPresent();
            if (component == null && !type) {
                throw unknown(key, record, path, source);
            }
            if (component != null && RecordBinder.isSection(component.getType())) {
                check(
                        entry.getValue(),
                        RecordBinder.sectionRecord(component.getType(), key, entry.getValue(), source),
                        RecordBinder.dotted(path, key),
                        source);
            }
        }
    }

    private ConfigException unknown(String key, Class<?> record, String path, String source) {
        List<String> names = new ArrayList<>(RecordBinder.components(record).keySet());
        Optional<String> word = Variants.word(record);
        word.ifPresent(type -> names.add(0, Variants.TYPE));
        String place = path + word.map(type -> " of type " + type).orElse("");
        List<String> elsewhere = places(key);
        return new ConfigException(source + ": unknown key " + Check.shown(RecordBinder.dotted(path, key)) + "; "
                + (path.isEmpty() ? "sections are " : "keys of " + place + " are ") + String.join(", ", names)
                + (elsewhere.isEmpty()
                        ? NearestKey.suggestion(key, names)
                        : "; did you mean " + String.join(" or ", elsewhere) + "?"));
    }

    /** Returns the sections that do have a key. */
    private List<String> places(String key) {
        List<String> places = new ArrayList<>();
        RecordBinder.components(root).forEach((section, component) -> {
            if (component.getType().isRecord()
                    && RecordBinder.components(component.getType()).containsKey(key)) {
                places.add(RecordBinder.dotted(section, key));
            } else if (Variants.has(component.getType())) {
                variantPlace(section, component.getType(), key).ifPresent(places::add);
            }
        });
        return places;
    }

    private static Optional<String> variantPlace(String section, Class<?> type, String key) {
        List<String> words = Variants.records(type).entrySet().stream()
                .filter(entry -> RecordBinder.components(entry.getValue()).containsKey(key))
                .map(Map.Entry::getKey)
                .toList();
        boolean all = words.size() == Variants.words(type).size();
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        RecordBinder.dotted(section, key) + (all ? "" : " of type " + String.join(" or ", words)));
    }
}
