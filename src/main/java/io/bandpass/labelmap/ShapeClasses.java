package io.bandpass.labelmap;

import io.bandpass.config.ConfigException;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Classes of shapes by their labels. {@code masks.classes} gives one entry per class: {@code NAME}, or {@code
 * NAME=LABELS} where further labels are separated by commas, and {@code *} stands for the pixels that no shape covers;
 * {@code masks.class-file} gives names only. Without either, every label is a class, and {@code background} is the
 * first one, for the pixels that no shape covers, unless a label has that name or {@code *} is ignored.
 *
 * @param ids of each label; {@link LabelMap#IGNORED} for those that count as no class
 * @param uncovered class of the pixels that no shape covers, or {@link LabelMap#IGNORED}
 */
record ShapeClasses(LabelClasses classes, Map<String, Short> ids, short uncovered) {
    private static final String BACKGROUND = "background";

    /** LabelMe's names for what is no object, and for what is no class. */
    private static final String LABELME_BACKGROUND = "_background_";

    private static final String LABELME_IGNORED = "__ignore__";
    private static final String REST = "*";
    private static final String NONE = "none";
    private static final int BYTE_VALUES = 255;

    ShapeClasses {
        ids = Map.copyOf(ids);
    }

    /**
     * Decides about the labels of a data set.
     *
     * @param labels in the order of the data
     * @param source of the labels, for messages
     * @throws DataException if one of them has no class, or there is none
     * @throws ConfigException if the setting leaves open what a label is
     */
    static ShapeClasses of(Collection<String> labels, String source, MasksConfig config) {
        Set<String> ignored = new HashSet<>(Set.of(LABELME_IGNORED));
        config.ignore().forEach(text -> parts(text, labels).forEach(label -> ignored.add(label.strip())));
        List<List<String>> entries = entries(labels, config.classes());
        if (!config.classFile().equals(NONE)) {
            ClassFile file = ClassFile.read(FileNames.path(config.classFile()));
            file.entries().forEach(entry -> entries.add(List.of(name(entry.name()))));
            ignored.addAll(file.ignoredNames());
        }
        ShapeClasses classes = entries.isEmpty() ? ofData(labels, source, ignored) : ofEntries(entries, ignored);
        for (String label : labels) {
            if (!classes.ids().containsKey(label)) {
                throw new DataException("the label '" + label + "' of " + source + " belongs to no class of"
                        + " `masks.classes`: give it one, alone or as in "
                        + classes.classes().names().get(0) + "="
                        + label + ", or name it in `masks.ignore`");
            }
        }
        return classes;
    }

    private static ShapeClasses ofData(Collection<String> labels, String source, Set<String> ignored) {
        Set<String> names = new LinkedHashSet<>();
        labels.stream()
                .filter(label -> !ignored.contains(label))
                .map(ShapeClasses::name)
                .forEach(names::add);
        List<String> all = new ArrayList<>(names);
        if (!names.contains(BACKGROUND) && !ignored.contains(REST)) {
            all.add(0, BACKGROUND);
        }
        if (names.isEmpty()) {
            throw new DataException("the shapes of " + source + " have no label that counts");
        }
        LabelClasses classes = classes(all);
        Map<String, Short> numbers = new HashMap<>();
        all.forEach(name -> numbers.put(name, (short) numbers.size()));
        Map<String, Short> ids = ignoredIds(ignored);
        labels.forEach(label -> ids.putIfAbsent(label, numbers.getOrDefault(name(label), LabelMap.IGNORED)));
        boolean restIsIgnored = ignored.contains(REST);
        return new ShapeClasses(
                classes, ids, restIsIgnored ? LabelMap.IGNORED : numbers.getOrDefault(BACKGROUND, LabelMap.IGNORED));
    }

    /** Returns whether a label stands for what is no object. */
    static boolean isBackground(String label) {
        return label.equals(BACKGROUND) || label.equals(LABELME_BACKGROUND);
    }

    /** Returns the name of the class of a label. */
    private static String name(String label) {
        return isBackground(label) ? BACKGROUND : label;
    }

    private static Map<String, Short> ignoredIds(Set<String> ignored) {
        Map<String, Short> ids = new HashMap<>();
        ignored.forEach(label -> ids.put(label, LabelMap.IGNORED));
        return ids;
    }

    private static ShapeClasses ofEntries(List<List<String>> entries, Set<String> ignored) {
        List<String> names = new ArrayList<>();
        Map<String, Short> ids = new HashMap<>();
        for (List<String> entry : entries) {
            short id = (short) names.size();
            names.add(entry.get(0));
            for (String label : new LinkedHashSet<>(entry)) {
                if (ids.put(label, id) != null || ignored.contains(label)) {
                    throw new ConfigException("`masks.classes` has the label '" + label
                            + "' twice, or in `masks.ignore` as well; each label may stand in one place");
                }
            }
        }
        Short uncovered = ids.getOrDefault(REST, ids.getOrDefault(BACKGROUND, ids.get(LABELME_BACKGROUND)));
        if (ignored.contains(REST)) {
            uncovered = LabelMap.IGNORED;
        }
        if (uncovered == null) {
            throw new ConfigException("`masks.classes` does not say what the pixels are that no shape covers: name a"
                    + " class background, mark one as in " + names.get(0) + "=*, or put * into `masks.ignore`");
        }
        ids.putIfAbsent(BACKGROUND, uncovered);
        ids.putIfAbsent(LABELME_BACKGROUND, uncovered);
        ids.putAll(ignoredIds(ignored));
        return new ShapeClasses(classes(names), ids, uncovered);
    }

    private static LabelClasses classes(List<String> names) {
        return new LabelClasses(
                names,
                ClassColours.of(names.size()),
                IntStream.range(0, names.size()).boxed().toList(),
                names.size() <= BYTE_VALUES ? BYTE_VALUES : LabelClasses.LARGEST_VALUE);
    }

    /** Returns the name of each class, followed by its further labels. */
    private static List<List<String>> entries(Collection<String> labels, List<String> texts) {
        List<List<String>> entries = new ArrayList<>();
        for (String text : texts) {
            boolean hasLabels = false;
            for (String part : parts(text, labels)) {
                int equals = part.indexOf('=');
                if (part.isBlank() || equals == 0) {
                    throw new ConfigException("`masks.classes` has '" + text + "', which names no class; write NAME, or"
                            + " NAME=LABELS with further labels of the class");
                }
                if (equals >= 0 || !hasLabels) {
                    entries.add(new ArrayList<>(List.of((equals < 0 ? part : part.substring(0, equals)).strip())));
                }
                if (equals >= 0 || hasLabels) {
                    entries.get(entries.size() - 1)
                            .add(part.substring(equals + 1).strip());
                }
                hasLabels |= equals >= 0;
            }
        }
        return entries;
    }

    /** Returns what commas separate, unless the text as a whole is a label. */
    private static List<String> parts(String text, Collection<String> labels) {
        return labels.contains(text.strip()) ? List.of(text.strip()) : List.of(text.split(",", -1));
    }

    /** Returns the class of a label, or {@link LabelMap#IGNORED}. */
    short id(String label) throws BadImageException {
        Short id = ids.get(label);
        if (id == null) {
            throw new BadImageException("has the label '" + label + "', which is none of the data set's");
        }
        return id;
    }
}
