package io.bandpass.config;

import java.util.HashSet;
import java.util.List;

/**
 * The classes of a set of label maps, by id from 0, and how masks write them.
 *
 * @param names distinct
 * @param colours of each class, 0xRRGGBB
 * @param values of each class in a predicted mask: the data's own, from 0 to 65535
 * @param ignoreValue of a pixel without a class in a mask
 */
public record LabelClasses(List<String> names, List<Integer> colours, List<Integer> values, int ignoreValue) {
    /** Most classes that a label map can hold. */
    public static final int MOST = 32_000;

    public static final int LARGEST_VALUE = 65_535;

    public LabelClasses {
        names = List.copyOf(names);
        colours = List.copyOf(colours);
        values = List.copyOf(values);
        Check.that(!names.isEmpty() && names.size() <= MOST, "classes", names.size(), "from 1 to " + MOST);
        Check.that(
                colours.size() == names.size() && values.size() == names.size(),
                "classes",
                names.size() + " names, " + colours.size() + " colours and " + values.size() + " values",
                "as many of each");
        Check.that(new HashSet<>(names).size() == names.size(), "classes", names, "distinct names");
        Check.that(
                values.stream().allMatch(value -> value >= 0 && value <= LARGEST_VALUE)
                        && new HashSet<>(values).size() == values.size(),
                "classes",
                values,
                "distinct values from 0 to " + LARGEST_VALUE);
        Check.that(
                ignoreValue >= 0 && ignoreValue <= LARGEST_VALUE && !values.contains(ignoreValue),
                "ignore-value",
                ignoreValue,
                "a value from 0 to " + LARGEST_VALUE + " that no class has");
        Check.that(
                colours.stream().allMatch(colour -> colour >= 0 && colour <= 0xFFFFFF),
                "classes",
                colours,
                "colours from 0 to 0xFFFFFF");
    }

    /** Number of classes: K. */
    public int size() {
        return names.size();
    }
}
