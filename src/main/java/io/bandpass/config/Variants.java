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
public final class Variants {
    static final String TYPE = "type";

    private record Variant(Class<?> section, String word, Class<? extends Record> record) {}

    /** By section; the first of each is the default. */
    private static final List<Variant> ALL = List.of(
            new Variant(EncoderConfig.class, "vit", VisionTransformerConfig.class),
            new Variant(EncoderConfig.class, "resnet", ResNetConfig.class),
            new Variant(EncoderConfig.class, "swin", SwinTransformerConfig.class),
            new Variant(EncoderConfig.class, "convnext", ConvNeXtConfig.class),
            new Variant(TaskConfig.class, "mfm", MaskedFrequencyConfig.class),
            new Variant(TaskConfig.class, "super-resolution", SuperResolutionConfig.class),
            new Variant(TaskConfig.class, "deblur", DeblurConfig.class),
            new Variant(TaskConfig.class, "denoise", DenoiseConfig.class),
            new Variant(TaskConfig.class, "simmim", SimMimConfig.class),
            new Variant(TaskConfig.class, "mae", MaeConfig.class));

    private Variants() {}

    /** Whether sections of this type are one of several records. */
    static boolean has(Class<?> section) {
        return ALL.stream().anyMatch(variant -> variant.section() == section);
    }

    /** The keys of the sections of a record that are one of several records. */
    static List<String> sections(Class<?> root) {
        return RecordBinder.components(root).entrySet().stream()
                .filter(entry -> has(entry.getValue().getType()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The words of the {@code type} of the section of a record, the default first. */
    public static List<String> words(Class<?> root, String section) {
        return RecordBinder.components(root).entrySet().stream()
                .filter(entry -> entry.getKey().equals(section))
                .flatMap(entry -> words(entry.getValue().getType()).stream())
                .toList();
    }

    /** The words of a section's {@code type}, the default first. */
    public static List<String> words(Class<?> section) {
        return List.copyOf(records(section).keySet());
    }

    /** Word to record. */
    static Map<String, Class<? extends Record>> records(Class<?> section) {
        Map<String, Class<? extends Record>> records = new LinkedHashMap<>();
        ALL.stream()
                .filter(variant -> variant.section() == section)
                .forEach(variant -> records.put(variant.word(), variant.record()));
        return records;
    }

    /** The word of a record that is a variant of some section, or nothing. */
    static Optional<String> word(Class<?> record) {
        return ALL.stream()
                .filter(variant -> variant.record() == record)
                .map(Variant::word)
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
