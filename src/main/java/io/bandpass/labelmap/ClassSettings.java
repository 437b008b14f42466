package io.bandpass.labelmap;

import io.bandpass.config.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Reads what a user writes about classes: {@code masks.classes} and {@code masks.ignore}. */
final class ClassSettings {
    private static final String EXAMPLE = "as in `classes` background=0,cup=255 or road=#804080,#FF0000";

    private ClassSettings() {}

    /**
     * Reads entries {@code NAME=VALUES}, of which a text may hold several: {@code a=0,b=1,2} are a class of one value
     * and one of two. Names alone have the values 0, 1 and so on.
     *
     * @throws ConfigException if a text is no such entry
     */
    static List<ClassEntry> classes(List<String> texts) {
        List<ClassEntry> entries = new ArrayList<>();
        if (texts.stream().noneMatch(text -> text.contains("="))) {
            texts.forEach(text -> List.of(text.split(",", -1))
                    .forEach(name -> entries.add(ClassEntry.of(named(name, text), entries.size()))));
            return entries;
        }
        for (String text : texts) {
            entries.addAll(entries(text));
        }
        return entries;
    }

    private static List<ClassEntry> entries(String text) {
        List<ClassEntry> entries = new ArrayList<>();
        String name = "";
        List<Integer> values = new ArrayList<>();
        // A part without a value belongs to the name that follows: "door, double door=3".
        StringBuilder begun = new StringBuilder();
        for (String part : text.split(",", -1)) {
            int equals = part.lastIndexOf('=');
            OptionalInt value = MaskValue.parse(part.substring(equals + 1).strip());
            if (equals < 0 && value.isEmpty()) {
                begun.append(part).append(',');
                continue;
            }
            if (value.isEmpty()) {
                throw new ConfigException("masks.classes has '" + part.strip()
                        + "', whose value is neither a number from 0 to 65535 nor a colour; write NAME=VALUE, "
                        + EXAMPLE);
            }
            if (equals >= 0) {
                if (!values.isEmpty()) {
                    entries.add(new ClassEntry(name, values));
                    values.clear();
                }
                name = named(begun + part.substring(0, equals), text);
                begun.setLength(0);
            }
            if (name.isEmpty() || begun.length() > 0) {
                throw noEntry(text);
            }
            values.add(value.getAsInt());
        }
        if (values.isEmpty() || begun.length() > 0) {
            throw noEntry(text);
        }
        entries.add(new ClassEntry(name, values));
        return entries;
    }

    private static String named(String name, String text) {
        if (name.isBlank()) {
            throw noEntry(text);
        }
        return name.strip();
    }

    private static ConfigException noEntry(String text) {
        return new ConfigException(
                "masks.classes has '" + text + "', which is no class with its values; write NAME=VALUE, " + EXAMPLE);
    }

    /**
     * Reads the values that count as no class; names of classes are left out here.
     *
     * @param names receives the texts that are no values
     */
    static Set<Integer> ignored(List<String> texts, Set<String> names) {
        Set<Integer> values = new LinkedHashSet<>();
        for (String text : texts) {
            for (String part : text.split(",", -1)) {
                OptionalInt value = MaskValue.parse(part.strip());
                if (value.isPresent()) {
                    values.add(value.getAsInt());
                } else {
                    names.add(part.strip());
                }
            }
        }
        return values;
    }
}
