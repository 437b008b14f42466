package io.bandpass.config;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RandAugment (Cubuk et al., 2020) in timm's notation, such as {@code rand-m9-n2-mstd0.5-inc1}: operations that
 * increase in strength with the magnitude, drawn with replacement, each applied with probability 0.5.
 *
 * @param magnitude m, from 0 to 10
 * @param operations n, number of operations drawn per image
 * @param deviation mstd, standard deviation of each operation's magnitude, which is clipped to [0, 10]
 */
public record RandAugmentConfig(int magnitude, int operations, double deviation) {
    /** Largest magnitude. */
    public static final int LARGEST_MAGNITUDE = 10;

    private static final int MOST_OPERATIONS = 15;
    private static final int LARGEST_DEVIATION = 100;
    private static final Pattern PART = Pattern.compile("(m|n|mstd|inc)([0-9]+(?:\\.[0-9]+)?)");
    private static final String ALLOWED =
            "none, or RandAugment in timm's form with the operations that increase, such as rand-m9-n2-mstd0.5-inc1:"
                    + " m from 0 to " + LARGEST_MAGNITUDE + ", n from 1 to " + MOST_OPERATIONS + ", mstd from 0 to "
                    + LARGEST_DEVIATION + ", and inc1";

    /**
     * Parses timm's notation. Missing elements have timm's defaults: m10, n2, mstd0; the prefix {@code rand} is
     * optional.
     *
     * @param text {@code none}, or elements joined by {@code -}, each at most once and in any order
     * @throws ConfigException if the text is neither
     */
    static Optional<RandAugmentConfig> parse(String key, String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        String parts = text.startsWith("rand-") ? text.substring("rand-".length()) : text;
        Reader reader = new Reader(key, text);
        for (String part : parts.split("-", -1)) {
            reader.read(part);
        }
        return Optional.of(reader.result());
    }

    /** Elements read so far. */
    private static final class Reader {
        private final String key;
        private final String text;
        private OptionalDouble magnitude = OptionalDouble.empty();
        private OptionalDouble operations = OptionalDouble.empty();
        private OptionalDouble deviation = OptionalDouble.empty();
        private OptionalDouble increasing = OptionalDouble.empty();

        Reader(String key, String text) {
            this.key = key;
            this.text = text;
        }

        void read(String part) {
            Matcher matcher = PART.matcher(part);
            require(matcher.matches());
            double value = Double.parseDouble(matcher.group(2));
            switch (matcher.group(1)) {
                case "m" -> magnitude = once(magnitude, value, 0, LARGEST_MAGNITUDE, true);
                case "n" -> operations = once(operations, value, 1, MOST_OPERATIONS, true);
                case "mstd" -> deviation = once(deviation, value, 0, LARGEST_DEVIATION, false);
                default -> increasing = once(increasing, value, 1, 1, true);
            }
        }

        private OptionalDouble once(OptionalDouble earlier, double value, double low, double high, boolean whole) {
            require(earlier.isEmpty() && value >= low && value <= high && (!whole || value == Math.rint(value)));
            return OptionalDouble.of(value);
        }

        private void require(boolean valid) {
            Check.that(valid, key, text, ALLOWED);
        }

        RandAugmentConfig result() {
            require(increasing.isPresent());
            return new RandAugmentConfig(
                    (int) magnitude.orElse(LARGEST_MAGNITUDE), (int) operations.orElse(2), deviation.orElse(0));
        }
    }

    /** Formats the notation that {@link #parse} reads. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "rand-m%d-n%d-mstd%s-inc1", magnitude, operations, deviation);
    }
}
