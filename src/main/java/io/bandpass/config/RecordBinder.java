package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Between configuration trees and records: a component {@code batchSize} of a section {@code train} is the key
 * {@code train.batch-size}. Strict: unknown keys and values of another type are refused.
 */
final class RecordBinder {
    /** {@code encoder.type} to the record that holds its geometry: a new encoder is a record and a line here. */
    static final Map<String, Class<? extends EncoderConfig>> ENCODERS = encoders();

    private static final String TYPE = "type";

    private RecordBinder() {}

    private static Map<String, Class<? extends EncoderConfig>> encoders() {
        Map<String, Class<? extends EncoderConfig>> encoders = new LinkedHashMap<>();
        encoders.put("vit", VisionTransformerConfig.class);
        encoders.put("resnet", ResNetConfig.class);
        return encoders;
    }

    /** Refuses every key of a tree that no record has, naming where it was read. */
    static void checkKeys(JsonNode tree, String source) {
        checkKeys(tree, RunConfig.class, "", source);
    }

    private static void checkKeys(JsonNode tree, Class<?> record, String path, String source) {
        if (!tree.isObject()) {
            throw new ConfigException(
                    source + ": " + (path.isEmpty() ? "the file" : path) + " must hold keys and values");
        }
        Map<String, RecordComponent> known = components(record);
        List<String> names = new ArrayList<>(known.keySet());
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String key = entry.getKey();
            RecordComponent component = known.get(key);
            boolean type = path.equals("encoder") && key.equals(TYPE);
            if (component == null && !type) {
                throw new ConfigException(source + ": unknown key " + dotted(path, key) + "; "
                        + (path.isEmpty() ? "sections are " : "keys of " + path + " are ") + String.join(", ", names)
                        + NearestKey.suggestion(key, names));
            }
            if (component != null && isSection(component.getType())) {
                checkKeys(
                        entry.getValue(),
                        sectionRecord(component.getType(), entry.getValue(), source),
                        dotted(path, key),
                        source);
            }
        }
    }

    private static Class<?> sectionRecord(Class<?> type, JsonNode node, String source) {
        return type == EncoderConfig.class ? encoderRecord(node, source) : type;
    }

    private static Class<? extends EncoderConfig> encoderRecord(JsonNode node, String source) {
        String name = node.path(TYPE).asText("");
        Class<? extends EncoderConfig> record = ENCODERS.get(name);
        if (record == null) {
            throw new ConfigException(source + ": encoder.type is '" + name + "', but must be one of "
                    + String.join(", ", ENCODERS.keySet()) + NearestKey.suggestion(name, ENCODERS.keySet()));
        }
        return record;
    }

    /** A complete tree as a record. */
    static RunConfig bind(JsonNode tree) {
        return (RunConfig) bind(tree, RunConfig.class, "");
    }

    private static Object bind(JsonNode tree, Class<?> record, String path) {
        Map<String, RecordComponent> components = components(record);
        Object[] values = new Object[components.size()];
        int i = 0;
        for (Map.Entry<String, RecordComponent> entry : components.entrySet()) {
            String key = dotted(path, entry.getKey());
            JsonNode node = tree.get(entry.getKey());
            if (node == null || node.isNull()) {
                throw new ConfigException(key + " has no value");
            }
            RecordComponent component = entry.getValue();
            values[i++] = isSection(component.getType())
                    ? bind(node, sectionRecord(component.getType(), node, "configuration"), key)
                    : value(node, component, key);
        }
        return construct(record, values);
    }

    private static Object construct(Class<?> record, Object[] values) {
        try {
            Class<?>[] types = Arrays.stream(record.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException refused) {
                throw refused;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(JsonNode node, RecordComponent component, String key) {
        Class<?> type = component.getType();
        if (type == OptionalInt.class) {
            return isEmptyWord(node, component)
                    ? OptionalInt.empty()
                    : OptionalInt.of(whole(node, key).intValue());
        }
        if (type == OptionalDouble.class) {
            return isEmptyWord(node, component)
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(number(node, key, "a number or " + emptyWord(component)));
        }
        if (type == List.class) {
            return list(node, component, key);
        }
        return scalar(node, type, key);
    }

    private static List<Object> list(JsonNode node, RecordComponent component, String key) {
        Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        if (!node.isArray()) {
            throw wrong(key, node, "a list such as [a, b]");
        }
        List<Object> values = new ArrayList<>();
        node.forEach(item -> values.add(scalar(item, (Class<?>) element, key)));
        return List.copyOf(values);
    }

    private static Object scalar(JsonNode node, Class<?> type, String key) {
        if (type == String.class) {
            if (!node.isTextual()) {
                throw wrong(key, node, "a word");
            }
            return node.textValue();
        }
        if (type == boolean.class) {
            if (!node.isBoolean()) {
                throw wrong(key, node, "true or false");
            }
            return node.booleanValue();
        }
        if (type == double.class || type == Double.class) {
            return number(node, key, "a number");
        }
        if (type == long.class) {
            return whole(node, key);
        }
        return Math.toIntExact(whole(node, key));
    }

    private static Double number(JsonNode node, String key, String wanted) {
        if (!node.isNumber()) {
            throw wrong(key, node, wanted);
        }
        return node.doubleValue();
    }

    private static Long whole(JsonNode node, String key) {
        boolean whole =
                node.isIntegralNumber() || (node.isNumber() && node.doubleValue() == Math.rint(node.doubleValue()));
        if (!whole || Math.abs(node.doubleValue()) > (node.isLong() ? Long.MAX_VALUE : Integer.MAX_VALUE)) {
            throw wrong(key, node, "a whole number");
        }
        return node.longValue();
    }

    private static ConfigException wrong(String key, JsonNode node, String wanted) {
        return new ConfigException(key + " is " + node + ", but must be " + wanted);
    }

    private static boolean isEmptyWord(JsonNode node, RecordComponent component) {
        return node.isTextual() && node.textValue().equals(emptyWord(component));
    }

    private static String emptyWord(RecordComponent component) {
        EmptyWord word = component.getAnnotation(EmptyWord.class);
        return word == null ? "auto" : word.value();
    }

    /** A record as the tree that {@link #bind} reads. */
    static ObjectNode tree(Record record) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        if (record instanceof EncoderConfig) {
            ENCODERS.forEach((name, type) -> {
                if (type.isInstance(record)) {
                    tree.put(TYPE, name);
                }
            });
        }
        components(record.getClass()).forEach((key, component) -> {
            Object value = read(record, component);
            if (value instanceof Record section) {
                tree.set(key, tree(section));
            } else {
                tree.set(key, node(value, component));
            }
        });
        return tree;
    }

    private static Object read(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode node(@Nullable Object value, RecordComponent component) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? nodes.numberNode(optional.getAsInt()) : nodes.textNode(emptyWord(component));
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent()
                    ? nodes.numberNode(optional.getAsDouble())
                    : nodes.textNode(emptyWord(component));
        }
        if (value instanceof List<?> list) {
            var array = nodes.arrayNode();
            list.forEach(item -> array.add(node(item, component)));
            return array;
        }
        if (value instanceof Integer number) {
            return nodes.numberNode(number);
        }
        if (value instanceof Long number) {
            return nodes.numberNode(number);
        }
        if (value instanceof Double number) {
            return nodes.numberNode(number);
        }
        if (value instanceof Boolean flag) {
            return nodes.booleanNode(flag);
        }
        return nodes.textNode(String.valueOf(value));
    }

    private static Map<String, RecordComponent> components(Class<?> record) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : record.getRecordComponents()) {
            components.put(kebab(component.getName()), component);
        }
        return components;
    }

    private static boolean isSection(Class<?> type) {
        return type.isRecord() || type == EncoderConfig.class;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String dotted(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
