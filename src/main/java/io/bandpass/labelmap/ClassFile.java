package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.text.Counts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list of classes in a file: CVAT's {@code labelmap.txt}, {@code class_dict.csv} with colours, Roboflow's {@code
 * _classes.csv}, or one name per line.
 *
 * @param entries in the order of the file, without those that count as no class
 * @param ignored values of classes whose names say that they are none
 * @param ignoredNames those names
 * @param isByPosition whether the file gives names only, and the values are their positions from 0
 */
record ClassFile(
        Path file, List<ClassEntry> entries, Set<Integer> ignored, List<String> ignoredNames, boolean isByPosition) {
    /** Names of lists beside masks, in the order in which they are preferred. */
    private static final List<String> NAMES =
            List.of("labelmap.txt", "class_dict.csv", "_classes.csv", "class_names.txt", "classes.txt", "labels.txt");

    private static final Set<String> NO_CLASS =
            Set.of("__ignore__", "ignore", "ignored", "void", "unlabeled", "unlabelled");

    /** Name, red, green and blue, parts and actions. */
    private static final Pattern LABEL = Pattern.compile("(.+?):(\\d{1,3}),(\\d{1,3}),(\\d{1,3}):[^:]*:.*");

    private static final String HASH = "#";
    private static final String PIXEL_VALUE = "pixel value";
    private static final List<String> NAME_COLUMNS = List.of("name", "class", "label", "class_name", "classname");
    private static final int LEVELS = 256;
    private static final String WHAT = "one class per line";

    /** Returns the list that lies in a folder, if any. */
    static Optional<Path> in(Path folder) {
        return NAMES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    /**
     * Reads a list.
     *
     * @throws DataException if it is none, or gives no class
     */
    static ClassFile read(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        boolean isTable = name.endsWith(".csv");
        List<ClassEntry> entries = isTable ? table(CsvRows.read(file)) : lines(file);
        boolean byPosition = !isTable && entries.isEmpty();
        if (byPosition) {
            entries = names(file);
        }
        List<ClassEntry> kept = new ArrayList<>();
        Set<Integer> ignored = new LinkedHashSet<>();
        List<String> ignoredNames = new ArrayList<>();
        for (ClassEntry entry : entries) {
            if (NO_CLASS.contains(entry.name().toLowerCase(Locale.ROOT))) {
                ignored.addAll(entry.values());
                ignoredNames.add(entry.name());
            } else {
                kept.add(entry);
            }
        }
        if (kept.isEmpty()) {
            throw new DataException(FileNames.text(file) + " names no class; it must have " + WHAT);
        }
        return new ClassFile(file, kept, ignored, ignoredNames, byPosition);
    }

    private static List<ClassEntry> table(CsvRows table) {
        if (table.has(PIXEL_VALUE) && table.has("class")) {
            return table.rows().stream()
                    .map(row -> ClassEntry.of(
                            named(table, row, "class"),
                            number(table.where(row), table.cell(row, PIXEL_VALUE), LabelClasses.LARGEST_VALUE)))
                    .toList();
        }
        Optional<String> name = NAME_COLUMNS.stream().filter(table::has).findFirst();
        if (name.isEmpty() || !table.has("r") || !table.has("g") || !table.has("b")) {
            throw new DataException(
                    "the first line of " + FileNames.text(table.file()) + " is '" + String.join(",", table.columns())
                            + "'; it must name the columns: name,r,g,b or Pixel Value,Class");
        }
        return table.rows().stream()
                .map(row -> ClassEntry.of(
                        named(table, row, name.get()),
                        colour(table.where(row), table.cell(row, "r"), table.cell(row, "g"), table.cell(row, "b"))))
                .toList();
    }

    private static String named(CsvRows table, CsvRows.Row row, String column) {
        String name = table.cell(row, column);
        if (name.isBlank()) {
            throw new DataException(table.where(row) + " has no " + column);
        }
        return name;
    }

    /** Returns the classes of lines with colours; empty if there are none. */
    private static List<ClassEntry> lines(Path file) {
        List<String> lines = TextLines.of(file, WHAT).stream()
                .filter(line -> !line.startsWith(HASH))
                .toList();
        if (lines.isEmpty() || !LABEL.matcher(lines.get(0)).matches()) {
            return List.of();
        }
        List<ClassEntry> entries = new ArrayList<>();
        for (String line : lines) {
            Matcher label = LABEL.matcher(line);
            String where = "the line '" + line + "' of " + FileNames.text(file);
            if (!label.matches()) {
                throw new DataException(where + " is no class; it must be label:R,G,B:parts:actions");
            }
            entries.add(ClassEntry.of(label.group(1), colour(where, label.group(2), label.group(3), label.group(4))));
        }
        return entries;
    }

    /** Returns the classes of lines with names; LabelMe's first line {@code __ignore__} has no number of its own. */
    private static List<ClassEntry> names(Path file) {
        List<String> names = TextLines.of(file, WHAT);
        boolean ignoredFirst = !names.isEmpty() && names.get(0).equals("__ignore__");
        List<String> counted = ignoredFirst ? names.subList(1, names.size()) : names;
        if (counted.size() > LabelClasses.MOST) {
            throw new DataException(FileNames.text(file) + " has " + Counts.of(counted.size(), "line")
                    + ", but there can be at most " + LabelClasses.MOST + " classes");
        }
        Set<String> seen = new HashSet<>();
        List<ClassEntry> entries = new ArrayList<>();
        for (String name : counted) {
            if (!seen.add(name)) {
                throw new DataException(
                        FileNames.text(file) + " has two classes named " + name + "; names must be distinct");
            }
            entries.add(ClassEntry.of(name, entries.size()));
        }
        return entries;
    }

    private static int colour(String where, String red, String green, String blue) {
        int packed = 0;
        for (String level : List.of(red, green, blue)) {
            packed = packed * LEVELS + number(where, level, LEVELS - 1);
        }
        return MaskValue.ofColour(packed);
    }

    private static int number(String where, String text, int most) {
        OptionalInt value = MaskValue.parse(text.strip());
        if (value.isEmpty() || value.getAsInt() > most) {
            throw new DataException(where + " has '" + text + "' where a number from 0 to " + most + " must stand");
        }
        return value.getAsInt();
    }
}
