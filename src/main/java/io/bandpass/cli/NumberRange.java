package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Whole numbers as people list them: {@code 1,3,5} or {@code 1-5}. */
final class NumberRange {
    private static final Pattern PART = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

    private NumberRange() {}

    /**
     * Reads a list.
     *
     * @param flag for the message
     * @return ascending
     * @throws ConfigException if it is none
     */
    static List<Integer> of(String flag, String text) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches()) {
                throw new ConfigException(
                        flag + " is '" + text + "', but must be whole numbers such as 1,3,5 or a range such as 1-5");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (first > last) {
                throw new ConfigException(flag + " has the range '" + part.strip() + "', whose first number must be the"
                        + " smaller one");
            }
            IntStream.rangeClosed(first, last).forEach(numbers::add);
        }
        return List.copyOf(numbers);
    }
}
