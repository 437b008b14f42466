package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Everything that a segmentation model has besides its encoder: its heads, its classes, and how it is evaluated. Stored
 * in the metadata of its weights.
 */
public record SegmenterDescription(UperNetConfig head, LabelClasses classes, SegmentValidateConfig validate) {
    public SegmenterDescription {
        int stride = validate.stride().orElse(1);
        Check.that(
                stride <= validate.crop().orElse(stride),
                "validate.stride",
                stride,
                "at most validate.crop, or pixels between windows would be left out");
    }

    /**
     * Reads a description from its components as YAML. Keys that the head or the evaluation lack are set to their
     * defaults: they are newer than the text.
     *
     * @param head in the format of {@link ConfigBuilder#toYaml}, like the others
     * @param source of the text, for messages
     * @throws ConfigException if a component is not YAML, has unknown keys, or a value that is not allowed
     */
    public static SegmenterDescription of(String head, String classes, String validate, String source) {
        ObjectNode stored = JsonNodeFactory.instance.objectNode();
        stored.set("head", StrictYaml.read(head, source));
        stored.set("classes", StrictYaml.read(classes, source));
        stored.set("validate", StrictYaml.read(validate, source));
        KnownKeys.check(stored, SegmenterDescription.class, source);
        JsonNode defaults = Defaults.of(SegmentationConfig.class);
        ObjectNode complete = JsonNodeFactory.instance.objectNode();
        complete.set("head", defaults.path("head").deepCopy());
        complete.set("validate", defaults.path("validate").deepCopy());
        Defaults.merge(complete, stored);
        return RecordBinder.bind(complete, SegmenterDescription.class);
    }
}
