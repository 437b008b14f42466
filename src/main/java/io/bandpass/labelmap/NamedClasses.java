package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Classes of weights from other programs, which name and colour them, but do not say how masks write them. */
public final class NamedClasses {
    private NamedClasses() {}

    /**
     * Returns classes whose value in a mask is their id, from 0. Those with exactly ADE20K's names have its values, from
     * 1, and 0 is ignored: programs that subtract 1 from its masks do not say so in their weights.
     *
     * @param names of the classes; equal ones get a number
     * @param colours of each class, 0xRRGGBB; others than one for each are replaced by {@link ClassColours}
     */
    public static LabelClasses of(List<String> names, List<Integer> colours) {
        List<String> distinct = distinct(names);
        BuiltInClasses ade20k = BuiltInClasses.ade20k();
        boolean numberedFromOne = distinct.equals(
                ade20k.entries().stream().map(entry -> entry.name().strip()).toList());
        int first = numberedFromOne ? 1 : 0;
        int ignored = numberedFromOne
                ? 0
                : names.size() <= ClassTable.USUAL_IGNORED ? ClassTable.USUAL_IGNORED : LabelClasses.LARGEST_VALUE;
        return new LabelClasses(
                distinct,
                colours.size() == names.size() ? colours : ClassColours.of(names.size()),
                IntStream.range(first, first + names.size()).boxed().toList(),
                ignored);
    }

    private static List<String> distinct(List<String> names) {
        Set<String> seen = new HashSet<>();
        Map<String, Integer> numbers = new HashMap<>();
        List<String> distinct = new ArrayList<>();
        for (String name : names) {
            String stripped = name.isBlank() ? "class " + distinct.size() : name.strip();
            String unused = stripped;
            while (!seen.add(unused)) {
                unused = stripped + " " + numbers.merge(stripped, 1, (before, one) -> before + one);
            }
            distinct.add(unused);
        }
        return distinct;
    }
}
