package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/configuration.md has a row for every key, with its default, and none for another. */
final class ConfigurationDocumentTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\| [^|]+ \\| `([^`]*)` \\|.*");
    private static final Pattern DIFFERENT = Pattern.compile("\\| `([a-z-]+\\.[a-z-]+)`[^|]* \\| `([^`]*)` \\|");
    private static final Pattern TYPE = Pattern.compile("`type: ([a-z-]+)`.*");

    /** Section, with its type where there are several, and key to the default. */
    private static Map<String, Map<String, JsonNode>> documented() throws IOException {
        Map<String, Map<String, JsonNode>> sections = new LinkedHashMap<>();
        String kind = "";
        String section = "";
        String place = "";
        for (String line : Files.readAllLines(Path.of("docs/configuration.md"))) {
            Matcher row = ROW.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher different = DIFFERENT.matcher(line);
            if (line.startsWith("#")) {
                kind = line.startsWith("## ") ? line.substring(3) : kind;
                section = line.startsWith("### ") ? kind + ", " + line.substring(4) : line.replaceFirst("#+ ", "");
                place = section;
            } else if (type.matches()) {
                place = section + " of type " + type.group(1);
                sections.put(place, new LinkedHashMap<>());
            } else if (row.matches()) {
                sections.computeIfAbsent(place, any -> new LinkedHashMap<>())
                        .put(row.group(1), StrictYaml.read(row.group(2), line));
            } else if (different.matches()) {
                sections.computeIfAbsent(place, any -> new LinkedHashMap<>())
                        .put(different.group(1), StrictYaml.read(different.group(2), line));
            }
        }
        return sections;
    }

    private static Map<String, Map<String, JsonNode>> defaults(Class<?> kind) {
        Map<String, Map<String, JsonNode>> sections = new LinkedHashMap<>();
        ObjectNode tree = Defaults.of(kind);
        RecordBinder.components(kind).forEach((section, component) -> {
            if (Variants.has(component.getType())) {
                Variants.words(component.getType())
                        .forEach(type -> sections.put(
                                section + " of type " + type,
                                entries(tree.path(section).path(type))));
            } else if (RecordBinder.isSection(component.getType())) {
                sections.put(section, entries(tree.path(section)));
            } else {
                sections.computeIfAbsent("Top level", any -> new LinkedHashMap<>())
                        .put(section, tree.path(section));
            }
        });
        return sections;
    }

    private static Map<String, JsonNode> entries(JsonNode section) {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        section.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    @Test
    void everyKeyOfPreTrainingHasARowWithItsDefault() throws IOException {
        Map<String, Map<String, JsonNode>> documented = documented();

        defaults(PretrainingConfig.class)
                .forEach((section, keys) -> assertThat(documented.get(section))
                        .as(
                                "rows of docs/configuration.md under '%s'; a type without keys needs its line `type: ...`",
                                section)
                        .isEqualTo(keys));
    }

    @Test
    void everyKeyThatOnlyFineTuningHasHasARowWithItsDefault() throws IOException {
        hasRows(FinetuningConfig.class, "Fine-tuning", "labels", "mix", "classifier", "loss", "validate");
    }

    @Test
    void everyKeyThatOnlySegmentationHasHasARowWithItsDefault() throws IOException {
        hasRows(SegmentationConfig.class, "Segmentation", "masks", "augment", "head", "loss", "validate");
    }

    private static void hasRows(Class<?> kind, String heading, String... sections) throws IOException {
        Map<String, Map<String, JsonNode>> documented = documented();
        Map<String, Map<String, JsonNode>> own = defaults(kind);
        Map<String, Map<String, JsonNode>> others = defaults(PretrainingConfig.class);
        own.entrySet()
                .removeIf(section -> others.containsKey(section.getKey())
                        && others.get(section.getKey())
                                .keySet()
                                .equals(section.getValue().keySet()));

        assertThat(own).containsOnlyKeys(sections);
        own.forEach((section, keys) ->
                assertThat(documented.get(heading + ", " + section)).as(section).isEqualTo(keys));
    }

    @Test
    void theDefaultsThatDifferInFineTuningAreThoseOfTheTable() throws IOException {
        Map<String, Map<String, JsonNode>> others = defaults(PretrainingConfig.class);
        Map<String, JsonNode> different = new TreeMap<>();
        defaults(FinetuningConfig.class)
                .forEach((section, keys) -> keys.forEach((key, value) -> {
                    JsonNode other = others.getOrDefault(section, Map.of()).get(key);
                    if (other != null && !other.equals(value)) {
                        different.put(section.replaceFirst(" of type .*", "") + "." + key, value);
                    }
                }));

        assertThat(new TreeMap<>(documented().get("Fine-tuning"))).isEqualTo(different);
    }
}
