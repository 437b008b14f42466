package io.bandpass.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration that mmcv and mmengine store as text, in Python. It is not run: single assignments are found in it,
 * and those that it makes in more than one way count as not made.
 */
final class StoredConfigText {
    /** Longer ones are no configuration. */
    private static final int LONGEST = 1 << 20;

    private static final int LONGEST_NUMBER = 6;

    private final String text;

    private StoredConfigText(String text) {
        this.text = text;
    }

    /** Returns the text in what is stored beside the weights; empty if there is none. */
    static StoredConfigText of(CheckpointSettings meta) {
        String text = meta.word("cfg").or(() -> meta.word("config")).orElse("");
        return new StoredConfigText(text.length() > LONGEST ? "" : text);
    }

    /** Returns a string. */
    Optional<String> word(String key) {
        return only(Pattern.compile("\\b" + key + "'?\\s{0,9}[=:]\\s{0,9}['\"](\\w{1,99})['\"]"));
    }

    /** Returns a whole number from 0. */
    OptionalInt number(String key) {
        return only(Pattern.compile("\\b" + key + "'?\\s{0,9}[=:]\\s{0,9}(\\d{1," + LONGEST_NUMBER + "})\\b"))
                .map(Integer::parseInt)
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** Returns the whole numbers, from 0, of a tuple or list; empty if there is none. */
    List<Integer> numbers(String key) {
        List<Integer> numbers = new ArrayList<>();
        String list = only(Pattern.compile("\\b" + key + "'?\\s{0,9}[=:]\\s{0,9}[(\\[]([\\d,\\s]{1,199})[)\\]]"))
                .orElse("");
        for (String number : list.split(",", -1)) {
            String digits = number.strip();
            if (!digits.matches("\\d{1," + LONGEST_NUMBER + "}")) {
                // A comma may follow the last one.
                return list.strip().endsWith(",") && digits.isEmpty() ? numbers : List.of();
            }
            numbers.add(Integer.parseInt(digits));
        }
        return numbers;
    }

    private Optional<String> only(Pattern assignment) {
        Matcher matcher = assignment.matcher(text);
        Optional<String> found = Optional.empty();
        while (matcher.find()) {
            String value = matcher.group(1).replaceAll("\\s", "");
            if (found.isPresent() && !found.get().equals(value)) {
                return Optional.empty();
            }
            found = Optional.of(value);
        }
        return found;
    }
}
