package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Everything needed to create an encoder and prepare its input: its geometry and the normalisation of images. Stored in
 * the metadata of weights, whatever kind of run trained them.
 *
 * @param mean of the red, green and blue values in [0, 1]
 * @param std standard deviations of the same values
 */
public record EncoderDescription(EncoderConfig encoder, List<Double> mean, List<Double> std) {
    public EncoderDescription {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        // Same rules as for the section data.
        DataConfig.checkNormalisation(mean, std);
    }

    /** Description of a run's encoder. */
    public static EncoderDescription of(RunConfig config) {
        return new EncoderDescription(
                config.encoder(), config.data().mean(), config.data().std());
    }

    /** Formats the encoder alone as YAML, with {@code type} first. */
    public String encoderYaml() {
        return StrictYaml.write(RecordBinder.tree((Record) encoder));
    }

    /**
     * Reads a description from its components as YAML. Keys that the encoder lacks are set to their defaults: they are
     * newer than the text.
     *
     * @param encoder in the format of {@link #encoderYaml()}
     * @param mean a list such as {@code [0.5, 0.5, 0.5]}
     * @param std a list
     * @param source of the text, for messages
     * @throws ConfigException if a component is not YAML, has unknown keys, or a value that is not allowed
     */
    public static EncoderDescription of(String encoder, String mean, String std, String source) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.set("encoder", StrictYaml.read(encoder, source));
        tree.set("mean", StrictYaml.read(mean, source));
        tree.set("std", StrictYaml.read(std, source));
        KnownKeys.check(tree, EncoderDescription.class, source);
        String type = tree.path("encoder").path(Variants.TYPE).asText();
        JsonNode defaults = Defaults.of(PretrainingConfig.class).path("encoder").path(type);
        ObjectNode complete = defaults.isObject() ? defaults.deepCopy() : JsonNodeFactory.instance.objectNode();
        Defaults.merge(complete, tree.path("encoder"));
        tree.set("encoder", complete);
        return RecordBinder.bind(tree, EncoderDescription.class);
    }
}
