package io.bandpass.labelmap;

import io.bandpass.config.ConfigException;
import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.config.MasksConfig.ZeroLabel;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.labelmap.MaskCensus.Occurrence;
import io.bandpass.text.Counts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds out what the values of masks mean: from the settings, from a list that the user names or that lies beside the
 * masks, from the layout of a well-known data set, or from the values themselves. A list is checked against a few
 * masks.
 */
final class MaskClasses {
    private static final int SAMPLED = 64;
    private static final int NAMED = 5;

    /** Masks of a sample that may hold unknown values, which could be all there are. */
    private static final int FEW = 2;

    private final MaskLayout layout;
    private final MasksConfig masks;
    private final DataConfig data;
    private final String where;
    private final Set<String> ignoredNames = new LinkedHashSet<>();
    private final Set<Integer> ignored;
    private final List<String> notices = new ArrayList<>();

    /** A table, and sentences about where it comes from. */
    record Found(ClassTable table, List<String> notices) {}

    private MaskClasses(MaskLayout layout, MasksConfig masks, DataConfig data) {
        this.layout = layout;
        this.masks = masks;
        this.data = data;
        where = FileNames.text(layout.root());
        ignored = ClassSettings.ignored(masks.ignore(), ignoredNames);
    }

    /**
     * Returns the table of a data set.
     *
     * @throws ConfigException if the settings contradict themselves
     * @throws DataException if a list cannot be read or does not fit, or if the values leave a doubt
     */
    static Found of(MaskLayout layout, MasksConfig masks, DataConfig data) {
        MaskClasses classes = new MaskClasses(layout, masks, data);
        return new Found(classes.table(), List.copyOf(classes.notices));
    }

    private ClassTable table() {
        if (!masks.classes().isEmpty()) {
            List<ClassEntry> entries = ClassSettings.classes(masks.classes());
            if (masks.reduceZeroLabel() == ZeroLabel.YES) {
                ignored.add(0);
            }
            return checked(withoutIgnoredNames(entries), "masks.classes", new int[0]);
        }
        Optional<ClassFile> file = file();
        if (file.isPresent()) {
            return ofFile(file.get());
        }
        if (layout.builtIn().isPresent()) {
            return ofBuiltIn(layout.builtIn().get());
        }
        MaskCensus census = MaskCensus.of(files(Integer.MAX_VALUE), data, false);
        rejectUnreadable(census);
        rejectNames(List.of());
        ClassesOfValues.Reading reading = ClassesOfValues.of(census, ignored, reducesZero(), where);
        notices.addAll(reading.notices());
        return reading.table();
    }

    private boolean reducesZero() {
        return masks.reduceZeroLabel() == ZeroLabel.YES
                || (masks.reduceZeroLabel() == ZeroLabel.AUTO && layout.format() == MasksConfig.Format.ADE20K);
    }

    /** Returns the list that the user names or that lies beside the masks; lists of several parts must agree. */
    private Optional<ClassFile> file() {
        if (!masks.classFile().equals("none")) {
            return Optional.of(ClassFile.read(FileNames.path(masks.classFile())));
        }
        List<ClassFile> found = layout.folders().stream()
                .distinct()
                .flatMap(folder -> ClassFile.in(folder).stream())
                .map(ClassFile::read)
                .toList();
        for (ClassFile other : found) {
            if (!other.entries().equals(found.get(0).entries())) {
                throw new DataException(FileNames.text(found.get(0).file()) + " and " + FileNames.text(other.file())
                        + " name different classes; name the one that holds as `class-file`");
            }
        }
        found.stream()
                .findFirst()
                .ifPresent(file -> notices.add("the classes are those of " + FileNames.text(file.file())));
        return found.stream().findFirst();
    }

    private ClassTable ofFile(ClassFile file) {
        if (!file.ignoredNames().isEmpty()) {
            notices.add("ignored, as its name in " + FileNames.text(file.file()) + " says: "
                    + String.join(", ", file.ignoredNames()));
        }
        boolean reduces = reducesZero();
        int shift = reduces && file.isByPosition() ? 1 : 0;
        file.ignored().forEach(value -> ignored.add(value + shift));
        if (reduces) {
            ignored.add(0);
        }
        // What counts as no class may be listed; only an explicit class contradicts that.
        file.ignoredNames().forEach(ignoredNames::remove);
        return checked(withoutIgnored(shifted(file.entries(), shift)), FileNames.text(file.file()), new int[0]);
    }

    private ClassTable ofBuiltIn(BuiltInClasses builtIn) {
        notices.add("the classes are those of " + layout.format() + ", whose layout " + where
                + " has; give others with `classes`");
        boolean isReduced = layout.format() == MasksConfig.Format.ADE20K && !reducesZero();
        builtIn.ignored().stream().filter(value -> !isReduced || value > 0).forEach(ignored::add);
        if (reducesZero()) {
            ignored.add(0);
        }
        return checked(
                withoutIgnored(shifted(builtIn.entries(), isReduced ? -1 : 0)),
                "the layout " + layout.format(),
                builtIn.palette());
    }

    private static List<ClassEntry> shifted(List<ClassEntry> entries, int shift) {
        return entries.stream()
                .map(entry -> new ClassEntry(
                        entry.name(),
                        entry.values().stream().map(value -> value + shift).toList()))
                .toList();
    }

    private List<ClassEntry> withoutIgnored(List<ClassEntry> entries) {
        return withoutIgnoredNames(entries).stream()
                .map(entry -> new ClassEntry(
                        entry.name(),
                        entry.values().stream()
                                .filter(value -> !ignored.contains(value))
                                .toList()))
                .filter(entry -> !entry.values().isEmpty())
                .toList();
    }

    /** Takes out the classes whose names are to be ignored; their values are ignored then. */
    private List<ClassEntry> withoutIgnoredNames(List<ClassEntry> entries) {
        rejectNames(entries.stream().map(ClassEntry::name).toList());
        List<ClassEntry> kept = new ArrayList<>();
        for (ClassEntry entry : entries) {
            if (ignoredNames.contains(entry.name())) {
                ignored.addAll(entry.values());
            } else {
                kept.add(entry);
            }
        }
        return kept;
    }

    private void rejectNames(List<String> known) {
        for (String name : ignoredNames) {
            if (!known.contains(name)) {
                throw new ConfigException("masks.ignore has '" + name
                        + "', which is neither a number from 0 to 65535 nor a colour such as #804080 nor a class");
            }
        }
    }

    /** Makes the table, and compares it with the values of some masks. */
    private ClassTable checked(List<ClassEntry> entries, String source, int[] palette) {
        ClassTable table = ClassTable.of(entries, ignored, palette);
        MaskCensus sample = MaskCensus.of(files(SAMPLED), data, table.isByColour());
        NavigableMap<Integer, Occurrence> values = table.isByColour() ? sample.ofColours() : sample.values();
        Occurrence usual = values.get(ClassTable.USUAL_IGNORED);
        if (usual != null && table.id(ClassTable.USUAL_IGNORED) == ClassTable.UNKNOWN) {
            TreeMap<Integer, Occurrence> meant = new TreeMap<>(values);
            ignored.forEach(meant::remove);
            ClassesOfValues.rejectTwofold(meant, sample, where);
            notices.add(ClassesOfValues.ignoresUsual(where, sample.share(usual)));
        }
        if (!table.isByColour() && table.id(ClassTable.USUAL_IGNORED) == ClassTable.UNKNOWN) {
            ignored.add(ClassTable.USUAL_IGNORED);
        }
        ClassTable whole = ClassTable.of(entries, ignored, palette.length == 0 ? sample.palette() : palette);
        rejectUnknown(whole, sample, values, source);
        return whole;
    }

    private void rejectUnknown(ClassTable table, MaskCensus sample, Map<Integer, Occurrence> values, String source) {
        TreeMap<Integer, Occurrence> unknown = new TreeMap<>(values);
        unknown.keySet().removeIf(value -> table.id(value) != ClassTable.UNKNOWN);
        int most = unknown.values().stream().mapToInt(Occurrence::masks).max().orElse(0);
        int allowed = sample.masks() == layout.pairs().size() ? 0 : FEW;
        if (most > Math.max(allowed, data.maxBad() * sample.masks())) {
            String some = unknown.entrySet().stream()
                    .limit(NAMED)
                    .map(entry -> MaskValue.text(entry.getKey()) + " ("
                            + Counts.of(entry.getValue().pixels(), "pixel") + ", "
                            + sample.share(entry.getValue()) + ", first in "
                            + FileNames.text(entry.getValue().first()) + ")")
                    .collect(Collectors.joining(", "));
            String more = unknown.size() > NAMED ? " and " + (unknown.size() - NAMED) + " more" : "";
            throw new DataException("masks of " + where + " hold values that are no class of " + source + ": " + some
                    + more + "; name them with `classes`, or leave them out with `ignore`");
        }
    }

    private void rejectUnreadable(MaskCensus census) {
        if (census.masks() == 0) {
            String some = census.unreadable().entrySet().stream()
                    .limit(1)
                    .map(entry -> ", as " + FileNames.text(entry.getKey()) + " (" + entry.getValue() + ")")
                    .collect(Collectors.joining());
            throw new DataException("none of the masks of " + where + " can be read" + some);
        }
    }

    /** Returns masks, at most so many, evenly spread. */
    private List<Path> files(int most) {
        List<MaskPair> pairs = layout.pairs();
        int count = Math.min(most, pairs.size());
        return IntStream.range(0, count)
                .mapToObj(
                        i -> pairs.get((int) ((long) i * pairs.size() / count)).mask())
                .toList();
    }
}
