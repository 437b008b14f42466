package io.bandpass.labelmap;

import io.bandpass.config.ConfigException;
import io.bandpass.config.LabelClasses;
import io.bandpass.image.BadImageException;
import io.bandpass.image.MaskRaster;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the values of masks mean: a class, no class, or nothing known. Immutable. */
final class ClassTable {
    /** Id of a value that is in no table. */
    static final short UNKNOWN = Short.MIN_VALUE;

    /** The usual value of pixels that belong to no class. */
    static final int USUAL_IGNORED = 255;

    private static final int NAMED = 5;

    private final LabelClasses classes;
    private final boolean byColour;
    private final short[] ofNumber = new short[LabelClasses.LARGEST_VALUE + 1];
    private final Map<Integer, Short> ofColour = new HashMap<>();

    private ClassTable(LabelClasses classes, boolean byColour) {
        this.classes = classes;
        this.byColour = byColour;
        Arrays.fill(ofNumber, UNKNOWN);
    }

    /**
     * Makes a table.
     *
     * @param entries in the order of the ids; those of one name are one class
     * @param ignored values that count as no class; the first number is the one to write
     * @param palette colour of each number, 0xRRGGBB, used if it gives every class its own; may be empty
     * @throws ConfigException if a value means two things
     */
    static ClassTable of(List<ClassEntry> entries, Collection<Integer> ignored, int[] palette) {
        Map<String, List<Integer>> values = new LinkedHashMap<>();
        Map<Integer, String> seen = new HashMap<>();
        ignored.forEach(value -> seen.put(value, "ignored"));
        for (ClassEntry entry : entries) {
            for (int value : entry.values()) {
                String before = seen.put(value, entry.name());
                if (before != null && !before.equals(entry.name())) {
                    throw new ConfigException("the value " + MaskValue.text(value) + " of masks means two things, "
                            + before + " and " + entry.name() + "; give each value one meaning in `classes`, `ignore`"
                            + " or the list of classes");
                }
                values.computeIfAbsent(entry.name(), name -> new ArrayList<>()).add(value);
            }
        }
        List<List<Integer>> ofId = List.copyOf(values.values());
        boolean byColour = ofId.stream().flatMap(List::stream).allMatch(MaskValue::isColour);
        ClassTable table = new ClassTable(
                classes(List.copyOf(values.keySet()), ofId, ignored, byColour, palette), byColour && !ofId.isEmpty());
        IntStream.range(0, ofId.size()).forEach(id -> ofId.get(id).forEach(value -> table.put(value, (short) id)));
        ignored.forEach(value -> table.put(value, LabelMap.IGNORED));
        return table;
    }

    private void put(int value, short id) {
        if (MaskValue.isColour(value)) {
            ofColour.put(value, id);
        } else {
            ofNumber[value] = id;
        }
    }

    private static LabelClasses classes(
            List<String> names,
            List<List<Integer>> ofId,
            Collection<Integer> ignored,
            boolean byColour,
            int[] palette) {
        List<Integer> written = IntStream.range(0, names.size())
                .mapToObj(id -> byColour ? id : writtenOf(ofId.get(id), names.get(id)))
                .toList();
        return new LabelClasses(
                names, colours(ofId, written, palette), written, ignoreValue(written, byColour ? List.of() : ignored));
    }

    private static int writtenOf(List<Integer> values, String name) {
        return values.stream()
                .filter(value -> !MaskValue.isColour(value))
                .findFirst()
                .orElseThrow(() -> new ConfigException("the class " + name + " has only colours, others have numbers;"
                        + " give all classes in `classes` numbers, or all of them colours"));
    }

    private static List<Integer> colours(List<List<Integer>> ofId, List<Integer> written, int[] palette) {
        List<Integer> generated = ClassColours.of(ofId.size());
        boolean usable = written.stream().allMatch(value -> value < palette.length)
                && written.stream().map(value -> palette[value]).distinct().count() == written.size();
        return IntStream.range(0, ofId.size())
                .mapToObj(id -> ofId.get(id).stream()
                        .filter(MaskValue::isColour)
                        .findFirst()
                        .map(MaskValue::rgb)
                        .orElse(usable ? palette[written.get(id)] : generated.get(id)))
                .toList();
    }

    /** Returns the data's own value of ignored pixels; otherwise 255 or the highest below it that is free. */
    private static int ignoreValue(List<Integer> written, Collection<Integer> ignored) {
        List<Integer> own =
                ignored.stream().filter(value -> !MaskValue.isColour(value)).toList();
        if (!own.isEmpty()) {
            return own.get(0);
        }
        Set<Integer> taken = new HashSet<>(written);
        boolean narrow = written.size() <= USUAL_IGNORED && written.stream().allMatch(value -> value <= USUAL_IGNORED);
        return IntStream.iterate(narrow ? USUAL_IGNORED : LabelClasses.LARGEST_VALUE, value -> value - 1)
                .filter(value -> !taken.contains(value))
                .findFirst()
                .orElseThrow();
    }

    LabelClasses classes() {
        return classes;
    }

    /** Returns whether classes are colours. Palette files then mean their colours, otherwise their numbers. */
    boolean isByColour() {
        return byColour;
    }

    /** Returns the class of a value, {@link LabelMap#IGNORED} or {@link #UNKNOWN}. */
    short id(int value) {
        int asked = byColour ? MaskValue.asColour(value) : value;
        return MaskValue.isColour(asked) ? ofColour.getOrDefault(asked, UNKNOWN) : ofNumber[asked];
    }

    /**
     * Returns the value of {@link MaskValue} that each stored number of a mask means, or that its colours mean.
     *
     * @return the position is the stored number; empty for colours
     */
    int[] meanings(MaskRaster mask) {
        if (mask.kind() != MaskRaster.Kind.PALETTE || !byColour) {
            return new int[0];
        }
        return Arrays.stream(mask.palette()).map(MaskValue::ofColour).toArray();
    }

    /**
     * Returns the classes of a mask's pixels.
     *
     * @throws BadImageException if there are values without a meaning, with the values and the numbers of their pixels
     */
    LabelMap labels(MaskRaster mask) throws BadImageException {
        int[] values = mask.values();
        int[] meanings = meanings(mask);
        boolean coloured = mask.kind() == MaskRaster.Kind.COLOURS;
        short[] ids = new short[values.length];
        Map<Integer, Integer> unknown = new TreeMap<>();
        int last = -1;
        short lastId = UNKNOWN;
        for (int i = 0; i < values.length; i++) {
            int value = values[i];
            // Neighbours are mostly equal.
            if (value != last) {
                last = value;
                lastId = id(meaning(value, meanings, coloured));
            }
            ids[i] = lastId;
            if (lastId == UNKNOWN) {
                unknown.merge(meaning(value, meanings, coloured), 1, Integer::sum);
                if (unknown.size() > MaskCensus.MOST_VALUES) {
                    throw new BadImageException("it holds more than " + MaskCensus.MOST_VALUES
                            + " values that are no class, as photographs do");
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new BadImageException(unknownValues(unknown));
        }
        return new LabelMap(ids, mask.height(), mask.width());
    }

    private static int meaning(int value, int[] meanings, boolean coloured) {
        if (coloured) {
            return MaskValue.ofColour(value);
        }
        return value < meanings.length ? meanings[value] : value;
    }

    private String unknownValues(Map<Integer, Integer> unknown) {
        String some = unknown.entrySet().stream()
                .limit(NAMED)
                .map(entry -> shown(entry.getKey()) + " (" + Counts.of(entry.getValue(), "pixel") + ")")
                .collect(Collectors.joining(", "));
        String more = unknown.size() > NAMED ? " and " + (unknown.size() - NAMED) + " more" : "";
        String what = Counts.choose(unknown.size(), "value", "values") + " " + some + more;
        return "it holds the " + what + ", which "
                + Counts.choose(unknown.size(), "is none", "are none") + " of the "
                + Counts.of(classes.size(), "class", "classes")
                + (byColour ? " by colour" : "");
    }

    private String shown(int value) {
        return MaskValue.text(byColour ? MaskValue.asColour(value) : value);
    }
}
