package io.bandpass.labelmap;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of masks as one kind of int: numbers from 0 to 65535 as they are, colours 0xRRGGBB with a bit above them.
 */
final class MaskValue {
    private static final int COLOUR = 1 << 24;
    private static final int LEVELS = 1 << 8;
    private static final int GREY = 0x010101;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");
    private static final Pattern HEX = Pattern.compile("#([0-9a-fA-F]{6})");

    private MaskValue() {}

    static int ofColour(int rgb) {
        return COLOUR | rgb;
    }

    static boolean isColour(int value) {
        return (value & COLOUR) != 0;
    }

    /** Returns 0xRRGGBB of a colour. */
    static int rgb(int value) {
        return value & (COLOUR - 1);
    }

    /** Returns the colour of three equal channels for a number below 256; other values are returned unchanged. */
    static int asColour(int value) {
        return isColour(value) || value >= LEVELS ? value : ofColour(GREY * value);
    }

    /** Returns a value as settings write it: {@code 7} or {@code #8B5A2B}. */
    static String text(int value) {
        return isColour(value) ? String.format(Locale.ROOT, "#%06X", rgb(value)) : Integer.toString(value);
    }

    /** Parses a value; empty if the text is none. */
    static OptionalInt parse(String text) {
        if (NUMBER.matcher(text).matches()) {
            int number = Integer.parseInt(text);
            return number < LEVELS * LEVELS ? OptionalInt.of(number) : OptionalInt.empty();
        }
        Matcher hex = HEX.matcher(text);
        return hex.matches() ? OptionalInt.of(ofColour(Integer.parseInt(hex.group(1), 16))) : OptionalInt.empty();
    }
}
