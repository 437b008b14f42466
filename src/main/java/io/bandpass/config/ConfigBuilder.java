package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers configuration: the defaults, then a recipe, then single settings; a later layer wins. Every layer is checked
 * when it comes, so that a message can name where a bad key stands. What belongs to the image size of a recipe
 * ({@link SizedKeys}) is scaled where another layer changes that size and does not name it.
 */
public final class ConfigBuilder<T extends Record & RunConfig> {
    private static final String ENCODER = "encoder";
    private static final String IMAGE_SIZE = "image-size";
    private static final String DROP_PATH = "drop-path";

    private final Class<T> root;
    private final ObjectNode defaults;
    private final ObjectNode tree = JsonNodeFactory.instance.objectNode();
    /** Of each key that is scaled with the images, the size in pixels that its value was given for. */
    private final Map<String, Integer> givenFor = new HashMap<>();

    private ConfigBuilder(Class<T> root) {
        this.root = root;
        defaults = Defaults.of(root);
    }

    /** For a configuration of this kind, with nothing but the defaults yet. */
    public static <T extends Record & RunConfig> ConfigBuilder<T> of(Class<T> root) {
        return new ConfigBuilder<>(root);
    }

    /** Starts from a configuration in which nothing is left to the defaults. */
    @SuppressWarnings("unchecked")
    public static <T extends Record & RunConfig> ConfigBuilder<T> from(T config) {
        ConfigBuilder<T> builder = new ConfigBuilder<>((Class<T>) config.getClass());
        builder.lay(RecordBinder.tree(config), "the configuration");
        return builder;
    }

    /**
     * Lays YAML text over what is there.
     *
     * @param source where it was read, for messages
     * @throws ConfigException if it is not YAML, or has unknown keys
     */
    public ConfigBuilder<T> yaml(String text, String source) {
        JsonNode layer = StrictYaml.read(text, source);
        if (!layer.isMissingNode() && !layer.isNull()) {
            lay(layer, source);
        }
        return this;
    }

    /**
     * Lays a recipe over what is there. Where it names its image size, its other sizes belong to that one, and are scaled
     * where a later layer changes it alone.
     *
     * @param source where it was read, for messages
     * @throws ConfigException if it is not YAML, or has unknown keys
     */
    ConfigBuilder<T> recipe(String text, String source) {
        yaml(text, source);
        JsonNode layer = StrictYaml.read(text, source);
        JsonNode size = SizedKeys.value(layer, ENCODER + "." + IMAGE_SIZE);
        if (size.isIntegralNumber() && size.intValue() > 0) {
            SizedKeys.all().stream()
                    .filter(key -> !SizedKeys.value(layer, key).isMissingNode())
                    .forEach(key -> givenFor.put(key, size.intValue()));
        }
        return this;
    }

    /**
     * Lays a key of another configuration over what is there, for the image size that it was given for there.
     *
     * @param key of a section, or of a value in one
     * @param source where the other comes from, for messages
     */
    public ConfigBuilder<T> take(ConfigBuilder<T> other, String key, String source) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        JsonNode value = SizedKeys.value(other.complete(), key).deepCopy();
        int dot = key.indexOf('.');
        if (dot < 0) {
            layer.set(key, value);
        } else {
            layer.putObject(key.substring(0, dot)).set(key.substring(dot + 1), value);
        }
        lay(layer, source);
        other.givenFor.forEach((sized, size) -> {
            if (sized.equals(key) || sized.startsWith(key + ".")) {
                givenFor.put(sized, size);
            }
        });
        return this;
    }

    /**
     * Lays one setting over what is there.
     *
     * @param assignment {@code section.key=value}, the value in YAML
     */
    public ConfigBuilder<T> set(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new ConfigException("`set` " + assignment + " is not of the form section.key=value");
        }
        String key = assignment.substring(0, equals).trim();
        if (List.of(key.split("\\.", -1)).contains("")) {
            throw new ConfigException("`set` " + assignment + " is not of the form section.key=value");
        }
        return set(key, assignment.substring(equals + 1), "`set` " + assignment);
    }

    /** Lays one setting over what is there; its value is YAML. */
    public ConfigBuilder<T> set(String key, String value, String source) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ObjectNode at = layer;
        String[] path = key.split("\\.", -1);
        for (int i = 0; i < path.length - 1; i++) {
            at = at.putObject(path[i]);
        }
        JsonNode parsed = StrictYaml.read(value, source);
        at.set(path[path.length - 1], parsed.isMissingNode() ? NullNode.getInstance() : parsed);
        lay(layer, source);
        return this;
    }

    /** Sets the paths of the data, whatever they are made of. */
    public ConfigBuilder<T> dataPaths(List<String> paths) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = layer.putObject("data").putArray("paths");
        paths.forEach(list::add);
        lay(layer, "`data`");
        return this;
    }

    /**
     * Lays a whole section over what is there.
     *
     * @param source where it comes from, for messages
     */
    public ConfigBuilder<T> section(String key, Record value, String source) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        layer.set(key, RecordBinder.tree(value));
        lay(layer, source);
        return this;
    }

    private void lay(JsonNode layer, String source) {
        for (String section : Variants.sections(root)) {
            if (layer.path(section) instanceof ObjectNode node && !node.has(Variants.TYPE)) {
                node.put(Variants.TYPE, type(section));
            }
        }
        if (layer.path("optimizer") instanceof ObjectNode optimizer) {
            changeRate(optimizer, source);
        }
        KnownKeys.check(layer, root, source);
        for (String section : Variants.sections(root)) {
            if (layer.has(section)
                    && !layer.path(section).path(Variants.TYPE).asText().equals(type(section))) {
                forget(section);
            }
        }
        givenFor.keySet().removeIf(key -> !SizedKeys.value(layer, key).isMissingNode());
        Defaults.merge(tree, layer);
    }

    /** Another type drops what lower layers said of the old one, but an encoder keeps its image size. */
    private void forget(String section) {
        JsonNode imageSize = tree.path(section).path(IMAGE_SIZE);
        ObjectNode fresh = tree.putObject(section);
        givenFor.keySet().removeIf(key -> key.startsWith(section + "."));
        if (!imageSize.isMissingNode()) {
            fresh.set(IMAGE_SIZE, imageSize);
        }
    }

    /**
     * Lays the encoder and the normalisation of weights over what is there. An image size, drop path, mean or deviation
     * that was asked for stays: they belong to the use of an encoder, not to its weights.
     *
     * @param source of the weights, for messages
     */
    public ConfigBuilder<T> pretrained(EncoderDescription weights, String source) {
        ObjectNode described = RecordBinder.tree(weights);
        ObjectNode encoder = (ObjectNode) described.path(ENCODER);
        if (tree.path(ENCODER).has(IMAGE_SIZE)) {
            encoder.remove(IMAGE_SIZE);
        }
        JsonNode dropPath = tree.path(ENCODER).path(DROP_PATH);
        boolean drops = encoder.remove(DROP_PATH) != null;
        if (drops && !dropPath.isMissingNode()) {
            encoder.set(DROP_PATH, dropPath);
        }
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        layer.set(ENCODER, encoder);
        ObjectNode data = layer.putObject("data");
        for (String key : List.of("mean", "std")) {
            if (!tree.path("data").has(key)) {
                data.set(key, described.get(key));
            }
        }
        lay(layer, source);
        return this;
    }

    private String type(String section) {
        String byDefault = Variants.words(root, section).get(0);
        return tree.path(section).path(Variants.TYPE).asText(byDefault);
    }

    /** An absolute rate replaces one per 512 images, and the other way round. */
    private static void changeRate(ObjectNode optimizer, String source) {
        JsonNode perBatch = optimizer.path("base-learning-rate");
        JsonNode absolute = optimizer.path("learning-rate");
        if (perBatch.isNumber() && absolute.isNumber()) {
            throw new ConfigException(
                    source + " sets both optimizer.base-learning-rate and optimizer.learning-rate; keep one of them");
        }
        if (perBatch.isNumber()) {
            optimizer.put("learning-rate", "none");
        } else if (absolute.isNumber()) {
            optimizer.put("base-learning-rate", "none");
        }
    }

    /**
     * The configuration.
     *
     * @throws ConfigException if a value is not allowed
     */
    public T build() {
        ObjectNode complete = complete();
        givenFor.forEach((key, size) -> SizedKeys.scale(complete, key, size));
        return RecordBinder.bind(complete, root);
    }

    /** Every key with its value, as the layers name it. */
    private ObjectNode complete() {
        ObjectNode complete = defaults.deepCopy();
        for (String section : Variants.sections(root)) {
            String type = type(section);
            JsonNode keys = complete.path(section).path(type);
            ObjectNode chosen = keys.isObject() ? keys.deepCopy() : JsonNodeFactory.instance.objectNode();
            chosen.put(Variants.TYPE, type);
            complete.set(section, chosen);
        }
        Defaults.merge(complete, tree);
        return complete;
    }

    /** A configuration as YAML that reads back to the same. */
    public static String toYaml(Record config) {
        return StrictYaml.write(RecordBinder.tree(config));
    }

    /** A configuration from the YAML of {@link #toYaml}. */
    public static <T extends Record & RunConfig> T fromYaml(Class<T> root, String text, String source) {
        return of(root).yaml(text, source).build();
    }

    /**
     * A configuration that a run has stored with {@link #toYaml}, all keys of it: what a damaged file lacks must not become
     * a default in silence.
     *
     * @throws ConfigException if the file is empty, cut short, or no configuration
     */
    public static <T extends Record & RunConfig> T fromStored(Class<T> root, String text, String source) {
        String advice = ", so the run cannot be gone on with; put the file back, or start a new run";
        if (text.isBlank()) {
            throw new ConfigException(source + " is empty" + advice);
        }
        if (text.indexOf('\0') >= 0) {
            throw new ConfigException(source + " is damaged: it is no text" + advice);
        }
        String last = RecordBinder.lastKey(root);
        // A line that was cut would often be sound: 50 in place of 500.
        if (!text.endsWith("\n")
                || SizedKeys.value(StrictYaml.read(text, source), last).isMissingNode()) {
            throw new ConfigException(source + " is cut short: it ends before " + last + advice);
        }
        return fromYaml(root, text, source);
    }

    /**
     * A configuration with other sections, each in the place of the one of its type.
     *
     * @throws ConfigException if they do not go together
     */
    public static <T extends Record & RunConfig> T with(T config, Record... sections) {
        return RecordBinder.with(config, List.of(sections));
    }
}
