package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.labelmap.MaskCensus.Occurrence;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Classes of masks of which nothing is known but their values. Only numbers from 0 to K - 1, of which 255 may be left
 * out, leave no doubt; for everything else the user is asked, with the values and what to write.
 */
final class ClassesOfValues {
    private static final int NAMED = 12;

    /** Colours in the example of what to write. */
    private static final int SHOWN = 3;

    private final MaskCensus census;
    private final String where;
    private final TreeMap<Integer, Occurrence> left;
    private final Set<Integer> ignored;
    private final List<String> notices = new ArrayList<>();

    /** A table and what was assumed for it. */
    record Reading(ClassTable table, List<String> notices) {}

    private ClassesOfValues(MaskCensus census, Set<Integer> ignored, String where) {
        this.census = census;
        this.where = where;
        this.ignored = new LinkedHashSet<>(ignored);
        left = new TreeMap<>(census.values());
        ignored.forEach(left::remove);
    }

    /**
     * Returns the classes.
     *
     * @param ignored values that the user says count as no class
     * @param reduceZero whether 0 is ignored too
     * @param where the masks lie, for messages
     * @throws DataException if the values can be understood in several ways, or as no classes at all
     */
    static Reading of(MaskCensus census, Set<Integer> ignored, boolean reduceZero, String where) {
        ClassesOfValues reading = new ClassesOfValues(census, ignored, where);
        if (reduceZero) {
            reading.ignored.add(0);
            reading.left.remove(0);
        }
        return new Reading(reading.table(reduceZero ? 1 : 0), reading.notices);
    }

    private ClassTable table(int first) {
        if (census.pictures() > 0) {
            throw new DataException(Counts.of(census.pictures(), "mask") + " of " + where + " "
                    + Counts.choose(census.pictures(), "has", "have") + " more than " + MaskCensus.MOST_VALUES
                    + " values each, as photographs do and masks with smoothed or lossily stored edges; give masks"
                    + " whose every pixel has the value or colour of its class");
        }
        if (census.hasColours()) {
            throw new DataException(where + " holds colours, but nothing says what they mean: " + shares()
                    + "; write `classes` " + example("NAME") + " with the name of each, and `ignore` for those that"
                    + " count as no class, or give a list of them as `class-file`, such as class_dict.csv or"
                    + " labelmap.txt");
        }
        rejectTwofold(left, census, where);
        ignoreUsual();
        if (left.size() < 2) {
            throw new DataException("the masks of " + where + " hold too little to learn: " + shares()
                    + (ignored.isEmpty() ? "" : "; ignored is " + texts(ignored))
                    + "; at least two values must be classes");
        }
        if (left.firstKey() != first || left.lastKey() != first + left.size() - 1) {
            throw new DataException("the values in the masks of " + where + " do not go from " + first
                    + " to the number of classes without a gap: " + shares() + "; write `classes` " + example("NAME")
                    + " with the name of each, and `ignore` for those that count as no class, or give a list of them"
                    + " as `class-file`");
        }
        List<ClassEntry> entries = left.keySet().stream()
                .map(value -> ClassEntry.of("class " + (value - first), value))
                .toList();
        return ClassTable.of(entries, ignored, census.palette());
    }

    private void ignoreUsual() {
        Occurrence usual = left.get(ClassTable.USUAL_IGNORED);
        if (usual != null && left.size() > 2 && left.size() <= ClassTable.USUAL_IGNORED) {
            left.remove(ClassTable.USUAL_IGNORED);
            ignored.add(ClassTable.USUAL_IGNORED);
            notices.add(ignoresUsual(where, census.share(usual)));
        }
    }

    /** Returns a notice that 255 is taken for no class. */
    static String ignoresUsual(String where, String share) {
        return "255 counts as ignored in the masks of " + where + ", where " + share
                + " of the pixels have it; if it is a class, give it a name with `classes`";
    }

    /**
     * Rejects masks of 0 and 255 alone, in which 255 may be a class or what is left out.
     *
     * @param values without those whose meaning is known
     */
    static void rejectTwofold(Map<Integer, Occurrence> values, MaskCensus census, String where) {
        if (values.keySet().equals(Set.of(0, ClassTable.USUAL_IGNORED))) {
            throw new DataException("the masks of " + where + " hold only " + shares(values, census)
                    + ", which can mean two things: if 255 is a class, write `classes` background=0,foreground=255;"
                    + " if 255 marks pixels that count as no class, write `ignore` 255 and name the others, as in"
                    + " `classes` background=0,foreground=1");
        }
    }

    private String shares() {
        return shares(census.values(), census);
    }

    /** Returns the values with their shares of the pixels. */
    static String shares(Map<Integer, Occurrence> values, MaskCensus census) {
        String some = values.entrySet().stream()
                .limit(NAMED)
                .map(entry -> MaskValue.text(entry.getKey()) + " (" + census.share(entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return values.size() <= NAMED ? some : some + " and " + (values.size() - NAMED) + " more";
    }

    private static String texts(Set<Integer> values) {
        return values.stream().map(MaskValue::text).collect(Collectors.joining(", "));
    }

    private String example(String name) {
        String some = left.keySet().stream()
                .limit(SHOWN)
                .map(value -> name + "=" + MaskValue.text(value))
                .collect(Collectors.joining(","));
        return left.size() <= SHOWN ? some : some + ",...";
    }
}
