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
 * Layered configuration: the defaults, then a recipe, then single settings; later layers override earlier ones. Every
 * layer is validated when added, so that a message can name the source of an invalid key. Values that depend on a
 * recipe's image size ({@link SizedKeys}) are scaled if another layer changes that size without setting them.
 */
public final class ConfigBuilder<T extends Record & RunConfig> {
    private static final String ENCODER = "encoder";
    private static final String IMAGE_SIZE = "image-size";
    private static final String DROP_PATH = "drop-path";

    private final Class<T> root;
    private final ObjectNode defaults;
    private final ObjectNode tree = JsonNodeFactory.instance.objectNode();
    /** Image size in pixels for which each size-dependent value was set. */
    private final Map<String, Integer> referenceSizes = new HashMap<>();

    private ConfigBuilder(Class<T> root) {
        this.root = root;
        defaults = Defaults.of(root);
    }

    /** Starts a configuration of this kind from the defaults. */
    public static <T extends Record & RunConfig> ConfigBuilder<T> of(Class<T> root) {
        return new ConfigBuilder<>(root);
    }

    /** Starts from a complete configuration, in which nothing is left to the defaults. */
    @SuppressWarnings("unchecked")
    public static <T extends Record & RunConfig> ConfigBuilder<T> from(T config) {
        ConfigBuilder<T> builder = new ConfigBuilder<>((Class<T>) config.getClass());
        builder.addLayer(RecordBinder.tree(config), "the configuration");
        return builder;
    }

    /**
     * Adds a layer of YAML text.
     *
     * @param source of the text, for messages
     * @throws ConfigException if it is not YAML or has unknown keys
     */
    public ConfigBuilder<T> yaml(String text, String source) {
        JsonNode layer = StrictYaml.read(text, source);
        if (!layer.isMissingNode() && !layer.isNull()) {
            addLayer(layer, source);
        }
        return this;
    }

    /**
     * Adds a recipe as a layer. If it sets the image size, its size-dependent values refer to that size and are scaled
     * if a later layer changes only the size.
     *
     * @param source of the text, for messages
     * @throws ConfigException if it is not YAML or has unknown keys
     */
    ConfigBuilder<T> recipe(String text, String source) {
        yaml(text, source);
        JsonNode layer = StrictYaml.read(text, source);
        JsonNode size = SizedKeys.value(layer, ENCODER + "." + IMAGE_SIZE);
        if (size.isIntegralNumber() && size.intValue() > 0) {
            SizedKeys.all().stream()
                    .filter(key -> !SizedKeys.value(layer, key).isMissingNode())
                    .forEach(key -> referenceSizes.put(key, size.intValue()));
        }
        return this;
    }

    /**
     * Adds a key of another configuration as a layer, with the image size that its value refers to.
     *
     * @param key of a section, or of a value in one
     * @param source of the other configuration, for messages
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
        addLayer(layer, source);
        other.referenceSizes.forEach((sized, size) -> {
            if (sized.equals(key) || sized.startsWith(key + ".")) {
                referenceSizes.put(sized, size);
            }
        });
        return this;
    }

    /**
     * Adds a single setting as a layer.
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

    /** Adds a single setting as a layer; its value is YAML. */
    public ConfigBuilder<T> set(String key, String value, String source) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ObjectNode parent = layer;
        String[] path = key.split("\\.", -1);
        for (int i = 0; i < path.length - 1; i++) {
            parent = parent.putObject(path[i]);
        }
        JsonNode parsed = StrictYaml.read(value, source);
        parent.set(path[path.length - 1], parsed.isMissingNode() ? NullNode.getInstance() : parsed);
        addLayer(layer, source);
        return this;
    }

    /** Sets the data paths, whatever characters they contain. */
    public ConfigBuilder<T> dataPaths(List<String> paths) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = layer.putObject("data").putArray("paths");
        paths.forEach(list::add);
        addLayer(layer, "`data`");
        return this;
    }

    /**
     * Adds a whole section as a layer.
     *
     * @param source of the section, for messages
     */
    public ConfigBuilder<T> section(String key, Record value, String source) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        layer.set(key, RecordBinder.tree(value));
        addLayer(layer, source);
        return this;
    }

    private void addLayer(JsonNode layer, String source) {
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
                resetSection(section);
            }
        }
        referenceSizes.keySet().removeIf(key -> !SizedKeys.value(layer, key).isMissingNode());
        Defaults.merge(tree, layer);
    }

    /** Drops the settings of a section whose type has changed; an encoder keeps its image size. */
    private void resetSection(String section) {
        JsonNode imageSize = tree.path(section).path(IMAGE_SIZE);
        ObjectNode fresh = tree.putObject(section);
        referenceSizes.keySet().removeIf(key -> key.startsWith(section + "."));
        if (!imageSize.isMissingNode()) {
            fresh.set(IMAGE_SIZE, imageSize);
        }
    }

    /**
     * Adds the encoder and the normalisation of pre-trained weights as a layer. An image size, drop path, mean or
     * deviation that was configured stays: they belong to the use of an encoder, not to its weights.
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
        boolean hasDropPath = encoder.remove(DROP_PATH) != null;
        if (hasDropPath && !dropPath.isMissingNode()) {
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
        addLayer(layer, source);
        return this;
    }

    private String type(String section) {
        String byDefault = Variants.words(root, section).get(0);
        return tree.path(section).path(Variants.TYPE).asText(byDefault);
    }

    /** Makes an absolute rate replace one per 512 images, and vice versa. */
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
     * Builds the configuration.
     *
     * @throws ConfigException if a value is not allowed
     */
    public T build() {
        ObjectNode complete = complete();
        referenceSizes.forEach((key, size) -> SizedKeys.scale(complete, key, size));
        return RecordBinder.bind(complete, root);
    }

    /** Merges all layers, before scaling: every key with its value. */
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

    /** Formats a configuration as YAML that reads back to the same. */
    public static String toYaml(Record config) {
        return StrictYaml.write(RecordBinder.tree(config));
    }

    /** Reads a configuration from the YAML of {@link #toYaml}. */
    public static <T extends Record & RunConfig> T fromYaml(Class<T> root, String text, String source) {
        return of(root).yaml(text, source).build();
    }

    /**
     * Reads a configuration stored with {@link #toYaml}, which must hold all keys: those missing from a damaged file
     * must not silently become defaults.
     *
     * @throws ConfigException if the file is empty, truncated, or not a configuration
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
        // A truncated last line would often be valid: 50 in place of 500.
        if (!text.endsWith("\n")
                || SizedKeys.value(StrictYaml.read(text, source), last).isMissingNode()) {
            throw new ConfigException(source + " is cut short: it ends before " + last + advice);
        }
        return fromYaml(root, text, source);
    }

    /**
     * Copies a configuration with some sections replaced, matched by type.
     *
     * @throws ConfigException if the sections are inconsistent
     */
    public static <T extends Record & RunConfig> T with(T config, Record... sections) {
        return RecordBinder.with(config, List.of(sections));
    }
}
