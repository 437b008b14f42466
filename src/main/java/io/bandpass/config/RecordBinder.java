package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Binds configuration trees to records: a component {@code batchSize} of a section {@code train} is the key
 * {@code train.batch-size}. Strict: rejects unknown keys and values of another type.
 */
public final class RecordBinder {
    private RecordBinder() {}

    /** Converts a complete tree to a record. */
    public static <T extends Record> T bind(JsonNode tree, Class<T> root) {
        return root.cast(bind(tree, root, ""));
    }

    /**
     * Copies a record with some components replaced, matched by type.
     *
     * @throws IllegalArgumentException if the record has no component of a type
     */
    @SuppressWarnings("unchecked")
    static <T extends Record> T with(T record, List<Record> others) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = read(record, components[i]);
        }
        for (Record other : others) {
            int index = 0;
            while (index < components.length && !components[index].getType().isInstance(other)) {
                index++;
            }
            if (index == components.length) {
                throw new IllegalArgumentException(record.getClass() + " has no section of " + other.getClass());
            }
            values[index] = other;
        }
        return (T) construct(record.getClass(), values);
    }

    /** Returns the dotted key of the last line of a complete configuration in YAML. */
    static String lastKey(Class<?> root) {
        String last = "";
        Class<?> record = root;
        while (record.isRecord()) {
            Map.Entry<String, RecordComponent> end = List.copyOf(
                            components(record).entrySet())
                    .get(components(record).size() - 1);
            last = dotted(last, end.getKey());
            record = end.getValue().getType();
        }
        return last;
    }

    /** Reads one section of a complete tree, which may be one of several record types. */
    static <T> T section(JsonNode tree, Class<T> type, String key) {
        JsonNode node = tree.path(key);
        return type.cast(bind(node, sectionRecord(type, key, node, "configuration"), key));
    }

    private static Object bind(JsonNode tree, Class<?> record, String path) {
        Map<String, RecordComponent> components = components(record);
        Object[] values = new Object[components.size()];
        int i = 0;
        for (Map.Entry<String, RecordComponent> entry : components.entrySet()) {
            String key = dotted(path, entry.getKey());
            JsonNode node = tree.get(entry.getKey());
            if (node == null) {
                throw new ConfigException(key + " has no value");
            }
            RecordComponent component = entry.getValue();
            values[i++] = isSection(component.getType())
                    ? bind(node, sectionRecord(component.getType(), key, node, "configuration"), key)
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
            if (e.getCause() instanceof ConfigException rejected) {
                throw rejected;
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
                    : OptionalInt.of((int) whole(
                            node,
                            key,
                            "a whole number or " + emptyWord(component),
                            Integer.MIN_VALUE,
                            Integer.MAX_VALUE));
        }
        if (type == OptionalDouble.class) {
            return isEmptyWord(node, component)
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(number(node, key, "a number or " + emptyWord(component)));
        }
        if (type == Optional.class) {
            Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return isEmptyWord(node, component)
                    ? Optional.empty()
                    : Optional.of(constant(node, element, key, emptyWord(component)));
        }
        if (type == List.class) {
            return list(node, component, key);
        }
        return scalar(node, type, key);
    }

    private static List<Object> list(JsonNode node, RecordComponent component, String key) {
        Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        boolean optional = component.isAnnotationPresent(EmptyWord.class);
        if (optional && isEmptyWord(node, component)) {
            return List.of();
        }
        if (!node.isArray() || (optional && node.isEmpty())) {
            throw wrong(key, node, "a list such as [a, b]" + (optional ? " or " + emptyWord(component) : ""));
        }
        List<Object> values = new ArrayList<>();
        node.forEach(item -> values.add(scalar(item, (Class<?>) element, key)));
        return List.copyOf(values);
    }

    private static Object scalar(JsonNode node, Class<?> type, String key) {
        if (type == String.class) {
            if (!node.isTextual()) {
                boolean unquoted = node.isNumber() || node.isBoolean();
                throw wrong(key, node, unquoted ? "a word (in quotes where it looks like something else)" : "a word");
            }
            return node.textValue();
        }
        if (type.isEnum()) {
            return constant(node, type, key);
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
            return whole(node, key, "a whole number", Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return (int) whole(node, key, "a whole number", Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Returns the enum constant for a word.
     *
     * @param others words that are allowed besides those of the constants, for the message
     */
    private static Object constant(JsonNode node, Class<?> type, String key, String... others) {
        String word = (String) scalar(node, String.class, key);
        List<String> words = new ArrayList<>(List.of(others));
        for (Object constant : type.getEnumConstants()) {
            if (Words.of((Enum<?>) constant).equals(word)) {
                return constant;
            }
            words.add(Words.of((Enum<?>) constant));
        }
        throw Check.notOneOf(key, word, words);
    }

    private static Double number(JsonNode node, String key, String expected) {
        if (!node.isNumber()) {
            throw wrong(key, node, expected);
        }
        return node.doubleValue();
    }

    private static long whole(JsonNode node, String key, String expected, long lowest, long highest) {
        if (!node.isNumber()) {
            throw wrong(key, node, expected);
        }
        BigDecimal value = node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())
                ? new BigDecimal(Double.MAX_VALUE)
                : node.decimalValue();
        if (value.stripTrailingZeros().scale() > 0) {
            throw wrong(key, node, expected);
        }
        if (value.compareTo(BigDecimal.valueOf(lowest)) < 0) {
            throw wrong(key, node, "a whole number of at least " + lowest);
        }
        if (value.compareTo(BigDecimal.valueOf(highest)) > 0) {
            throw wrong(key, node, "a whole number of at most " + highest);
        }
        return value.longValueExact();
    }

    private static ConfigException wrong(String key, JsonNode node, String expected) {
        String found = node.isNull() ? "empty" : Check.shown(node.toString());
        return new ConfigException(key + " is " + found + ", but must be " + expected);
    }

    private static boolean isEmptyWord(JsonNode node, RecordComponent component) {
        return node.isTextual() && node.textValue().equals(emptyWord(component));
    }

    private static String emptyWord(RecordComponent component) {
        EmptyWord word = component.getAnnotation(EmptyWord.class);
        return word == null ? "auto" : word.value();
    }

    /** Converts a record to the tree that {@link #bind} reads. */
    static ObjectNode tree(Record record) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        Variants.word(record.getClass()).ifPresent(word -> tree.put(Variants.TYPE, word));
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
        if (value instanceof Optional<?> optional) {
            return nodes.textNode(
                    optional.map(constant -> Words.of((Enum<?>) constant)).orElse(emptyWord(component)));
        }
        if (value instanceof List<?> list) {
            if (list.isEmpty() && component.isAnnotationPresent(EmptyWord.class)) {
                return nodes.textNode(emptyWord(component));
            }
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
        return nodes.textNode(value instanceof Enum<?> constant ? Words.of(constant) : String.valueOf(value));
    }

    static Map<String, RecordComponent> components(Class<?> record) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : record.getRecordComponents()) {
            components.put(kebab(component.getName()), component);
        }
        return components;
    }

    static boolean isSection(Class<?> type) {
        return type.isRecord() || Variants.has(type);
    }

    /** Record type of a section, which may depend on the section's {@code type}. */
    static Class<?> sectionRecord(Class<?> type, String key, JsonNode node, String source) {
        return Variants.has(type) ? Variants.record(type, key, node, source) : type;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    static String dotted(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
