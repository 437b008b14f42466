package io.bandpass.attack;

import io.bandpass.config.Check;
import io.bandpass.config.ConfigException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Distances of pixels in [0, 1] as text: {@code 0.5}, or {@code 8/255} in levels of 8-bit images. */
public final class PixelDistance {
    private static final String NUMBER = "(\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|\\.\\d+)";
    private static final Pattern FORM = Pattern.compile("\\s*" + NUMBER + "\\s*(?:/\\s*" + NUMBER + "\\s*)?");
    private static final double LEVELS = 255;
    private static final double ROUNDING = 1e-9;
    private static final int LONGEST_DECIMAL = 6;

    private PixelDistance() {}

    /**
     * Reads a distance.
     *
     * @param key name of the setting, for messages
     * @throws ConfigException if it is neither a number nor a quotient of two
     */
    public static double parse(String key, String text) {
        Matcher matcher = FORM.matcher(text);
        Check.that(matcher.matches(), key, text, "a number of at least 0 such as 0.5, or a quotient such as 8/255");
        double value = Double.parseDouble(matcher.group(1));
        if (matcher.group(2) == null) {
            return value;
        }
        double divisor = Double.parseDouble(matcher.group(2));
        Check.that(divisor > 0, key, text, "a quotient with a divisor above 0, such as 8/255");
        return value / divisor;
    }

    /** Formats a distance so that {@link #parse} gives it again, nearly: {@code 0.5}, {@code 8/255}. */
    public static String format(double distance) {
        String plain = number(distance);
        double levels = distance * LEVELS;
        double halves = Math.rint(2 * levels) / 2;
        boolean ofLevels = plain.length() > LONGEST_DECIMAL && Math.abs(levels - halves) < ROUNDING;
        return ofLevels ? number(halves) + "/255" : plain;
    }

    private static String number(double value) {
        return value == Math.rint(value) && value < 1e6
                ? String.format(Locale.ROOT, "%d", (long) value)
                : Double.toString(value);
    }
}
