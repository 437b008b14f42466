package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.text.Addresses;
import io.bandpass.text.Counts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names with ranges of numbers in braces, as shells expand them: {@code train-{000..146}.tar}. A leading zero gives all
 * numbers the length of the longer bound.
 */
final class NumberRanges {
    private static final Pattern RANGE = Pattern.compile("\\{(\\d{1,9})\\.\\.(\\d{1,9})}");
    private static final int MOST = 1_000_000;

    private NumberRanges() {}

    static boolean isIn(String text) {
        return RANGE.matcher(text).find();
    }

    /**
     * Returns all names, in the order of the numbers.
     *
     * @throws DataException if there are too many, or a range runs backwards
     */
    static List<String> expand(String text) {
        List<String> names = new ArrayList<>(List.of(""));
        Matcher matcher = RANGE.matcher(text);
        int from = 0;
        while (matcher.find()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = Integer.parseInt(matcher.group(2));
            if (last < first) {
                throw new DataException("the range " + matcher.group() + " of " + Addresses.shown(text)
                        + " runs backwards; the smaller number comes first");
            }
            long count = (last - first + 1L) * names.size();
            if (count > MOST) {
                throw new DataException(
                        Addresses.shown(text) + " stands for more than " + MOST + " names; name fewer, or a folder");
            }
            boolean padded = isPadded(matcher.group(1)) || isPadded(matcher.group(2));
            int length = padded
                    ? Math.max(matcher.group(1).length(), matcher.group(2).length())
                    : 1;
            List<String> longer = new ArrayList<>((int) count);
            String between = text.substring(from, matcher.start());
            for (String name : names) {
                for (int number = first; number <= last; number++) {
                    String digits = Integer.toString(number);
                    longer.add(name + between + "0".repeat(Math.max(0, length - digits.length())) + digits);
                }
            }
            names = longer;
            from = matcher.end();
        }
        String rest = text.substring(from);
        return names.stream().map(name -> name + rest).toList();
    }

    /**
     * Returns the files of a name with ranges.
     *
     * @param names of all
     * @throws DataException if one is not there
     */
    static List<Found> files(String range, List<Path> names, Workers workers) {
        List<Found> files = workers.map(names, Found::of);
        List<Found> missing =
                files.stream().filter(file -> file.attributes() == null).toList();
        if (files.size() == 1 && !missing.isEmpty()) {
            throw new DataException(
                    range + " cannot be opened: " + missing.get(0).absence());
        }
        if (!missing.isEmpty()) {
            throw new DataException(range + " stands for " + Counts.of(names.size(), "file") + ", of which "
                    + missing.size() + Counts.choose(missing.size(), " is", " are") + " not there, such as "
                    + FileNames.text(missing.get(0).path()) + " ("
                    + missing.get(0).absence() + "); give the range of those that are");
        }
        return files;
    }

    private static boolean isPadded(String number) {
        return number.length() > 1 && number.startsWith("0");
    }
}
