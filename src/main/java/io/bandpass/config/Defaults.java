package io.bandpass.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** The value of every key that nobody sets. */
final class Defaults {
    private Defaults() {}

    /**
     * The defaults of a kind of run: those of pre-training in the sections that it shares with it, under what its own
     * file says.
     *
     * @return a tree of the caller's own
     */
    static ObjectNode of(Class<?> root) {
        ObjectNode pretraining = read("defaults.yaml");
        if (root == PretrainingConfig.class) {
            return pretraining;
        }
        ObjectNode shared = JsonNodeFactory.instance.objectNode();
        Map<String, RecordComponent> others = RecordBinder.components(PretrainingConfig.class);
        RecordBinder.components(root).forEach((section, component) -> {
            RecordComponent other = others.get(section);
            if (other != null && other.getType() == component.getType()) {
                shared.set(section, pretraining.get(section));
            }
        });
        ConfigBuilder.merge(shared, read(Recipes.command(root) + "-defaults.yaml"));
        return shared;
    }

    private static ObjectNode read(String name) {
        try (InputStream stream = Objects.requireNonNull(Defaults.class.getResourceAsStream("/" + name))) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return (ObjectNode) StrictYaml.read(text, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
