package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sections that are one of several records, chosen by their key {@code type}: a new encoder or task is a record and
 * a line here.
 */
final class Variants {
    static final String TYPE = "type";

    /** Interface of a section to its records by the word in {@code type}; the first one is the default. */
    private static final Map<Class<?>, Map<String, Class<? extends Record>>> SECTIONS = Map.of(
            EncoderConfig.class,
            words(
                    "vit", VisionTransformerConfig.class,
                    "resnet", ResNetConfig.class,
                    "swin", SwinTransformerConfig.class,
                    "convnext", ConvNeXtConfig.class),
            TaskConfig.class,
            words(
                    "mfm", MaskedFrequencyConfig.class,
                    "simmim", SimMimConfig.class,
                    "mae", MaeConfig.class));

    private Variants() {}

    @SuppressWarnings("unchecked")
    private static Map<String, Class<? extends Record>> words(Object... wordsAndRecords) {
        Map<String, Class<? extends Record>> words = new LinkedHashMap<>();
        for (int i = 0; i < wordsAndRecords.length; i += 2) {
            words.put((String) wordsAndRecords[i], (Class<? extends Record>) wordsAndRecords[i + 1]);
        }
        return words;
    }

    /** Whether sections of this type are one of several records. */
    static boolean has(Class<?> section) {
        return SECTIONS.containsKey(section);
    }

    /** The keys of the sections that are one of several records. */
    static List<String> sections() {
        return RecordBinder.components(RunConfig.class).entrySet().stream()
                .filter(entry -> has(entry.getValue().getType()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The words of the {@code type} of the section with this key, the default first. */
    static List<String> words(String section) {
        return RecordBinder.components(RunConfig.class).entrySet().stream()
                .filter(entry -> entry.getKey().equals(section))
                .flatMap(entry -> words(entry.getValue().getType()).stream())
                .toList();
    }

    /** The words of a section's {@code type}, the default first. */
    static List<String> words(Class<?> section) {
        return List.copyOf(records(section).keySet());
    }

    /** Word to record. */
    static Map<String, Class<? extends Record>> records(Class<?> section) {
        Map<String, Class<? extends Record>> records = SECTIONS.get(section);
        if (records == null) {
            throw new IllegalArgumentException(section + " has no variants");
        }
        return records;
    }

    /** The word of a record that is a variant of some section, or nothing. */
    static Optional<String> word(Class<?> record) {
        return SECTIONS.values().stream()
                .flatMap(records -> records.entrySet().stream())
                .filter(entry -> entry.getValue() == record)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * The record that a section's {@code type} asks for.
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
