package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What has to be known of an encoder to make it and to feed it: its geometry, and the normalisation of its images. Weights
 * have it in their metadata, whatever trained them.
 *
 * @param mean of the red, green and blue values in [0, 1]
 * @param std standard deviations of the same
 */
public record EncoderDescription(EncoderConfig encoder, List<Double> mean, List<Double> std) {
    public EncoderDescription {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        // The rules are those of the section data.
        DataConfig.checkNormalisation(mean, std);
    }

    /** The encoder of a run. */
    public static EncoderDescription of(RunConfig config) {
        return new EncoderDescription(
                config.encoder(), config.data().mean(), config.data().std());
    }

    /** The encoder alone as YAML, its {@code type} first. */
    public String encoderYaml() {
        return StrictYaml.write(RecordBinder.tree((Record) encoder));
    }

    /**
     * A description from YAML of its parts. Keys that the encoder lacks have their defaults: they came later than the text.
     *
     * @param encoder as {@link #encoderYaml()} writes it
     * @param mean a list such as {@code [0.5, 0.5, 0.5]}
     * @param std a list
     * @param source where the text was read, for messages
     * @throws ConfigException if a part is no YAML, has unknown keys, or a value that is not allowed
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
