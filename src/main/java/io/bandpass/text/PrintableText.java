package io.bandpass.text;

import java.util.Locale;

/**
 * Makes text from outside (file names, class names, content of files) safe for messages, line-based lists and
 * terminals.
 */
public final class PrintableText {
    private static final int LAST_OF_ONE_BYTE = 0x7F;

    private PrintableText() {}

    /**
     * Escapes characters that would control a terminal, end the line or change the direction of writing, as {@code
     * \x0A} or {@code \}{@code u202E}. Other text is returned unchanged.
     */
    public static String of(String text) {
        int first = 0;
        while (first < text.length() && isPlain(text, first)) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(text, i)) {
                safe.append(c);
            } else {
                safe.append(String.format(Locale.ROOT, c <= LAST_OF_ONE_BYTE ? "\\x%02X" : "\\u%04X", (int) c));
            }
        }
        return safe.toString();
    }

    /** As {@link #of}, but keeps line breaks and tabs, for multi-line text. */
    public static String ofLines(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\t') {
                safe.append(of(text.substring(from, i))).append(c);
                from = i + 1;
            }
        }
        return from == 0 ? of(text) : safe.append(of(text.substring(from))).toString();
    }

    private static boolean isPlain(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> !isDirection(c);
            default -> true;
        };
    }

    /**
     * Returns whether a character is an embedding, override or isolate of the bidirectional algorithm (Unicode Standard
     * Annex 9).
     */
    private static boolean isDirection(char c) {
        return (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
    }
}
