package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sections that are one of several records, selected by their key {@code type}: any record that the sealed interface of
 * encoders or tasks permits. The first one permitted is the default.
 */
public final class Variants {
    static final String TYPE = "type";

    private Variants() {}

    /** Whether sections of this type are one of several records. */
    static boolean has(Class<?> section) {
        return section.isSealed();
    }

    /** Keys of a record's sections that are one of several records. */
    static List<String> sections(Class<?> root) {
        return RecordBinder.components(root).entrySet().stream()
                .filter(entry -> has(entry.getValue().getType()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Values of {@code type} of a record's section, the default first. */
    public static List<String> words(Class<?> root, String section) {
        return RecordBinder.components(root).entrySet().stream()
                .filter(entry -> entry.getKey().equals(section))
                .flatMap(entry -> words(entry.getValue().getType()).stream())
                .toList();
    }

    /** Values of a section's {@code type}, the default first. */
    public static List<String> words(Class<?> section) {
        return List.copyOf(records(section).keySet());
    }

    /** Records by their value of {@code type}. */
    static Map<String, Class<? extends Record>> records(Class<?> section) {
        Map<String, Class<? extends Record>> records = new LinkedHashMap<>();
        for (Class<?> permitted : section.getPermittedSubclasses()) {
            Variant variant = permitted.getAnnotation(Variant.class);
            if (variant == null) {
                records.putAll(records(permitted));
            } else {
                records.put(variant.value(), permitted.asSubclass(Record.class));
            }
        }
        return records;
    }

    /** One-line description of each value of a section's {@code type}. */
    public static Map<String, String> summaries(Class<?> section) {
        Map<String, String> summaries = new LinkedHashMap<>();
        records(section)
                .forEach((word, record) ->
                        summaries.put(word, record.getAnnotation(Variant.class).summary()));
        return summaries;
    }

    /** Value of {@code type} of a record that is a variant of some section; empty for others. */
    static Optional<String> word(Class<?> record) {
        return Optional.ofNullable(record.getAnnotation(Variant.class)).map(Variant::value);
    }

    /**
     * Returns the record that a section's {@code type} selects.
     *
     * @param key of the section
     * @throws ConfigException if there is none
     */
    static Class<? extends Record> record(Class<?> section, String key, JsonNode node, String source) {
        if (!node.isObject()) {
            throw new ConfigException(source + ": " + key + " must hold keys and values");
        }
        String word = node.path(TYPE).asText("");
        Class<? extends Record> record = records(section).get(word);
        if (record == null) {
            throw new ConfigException(source + ": " + key + ".type is '" + Check.shown(word) + "', but must be one of "
                    + String.join(", ", words(section)) + NearestKey.suggestion(word, words(section)));
        }
        return record;
    }
}
