package io.bandpass.text;

import java.util.Locale;

/** Counts in human-readable sentences: {@code 1 image}, {@code 2 images}. */
public final class Counts {
    private Counts() {}

    /**
     * Returns a number with its noun.
     *
     * @param noun in the singular; the plural adds s, or es after s, x, sh and tch
     */
    public static String of(long count, String noun) {
        return count + " " + noun(count, noun);
    }

    /** As {@link #of(long, String)}, with an irregular plural. */
    public static String of(long count, String one, String several) {
        return count + " " + choose(count, one, several);
    }

    /** As {@link #of(long, String)}, with commas between thousands. */
    public static String grouped(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s", count, noun(count, noun));
    }

    /** Returns the noun in the form that follows this number. */
    public static String noun(long count, String noun) {
        if (count == 1) {
            return noun;
        }
        return noun + (noun.matches(".*(s|x|sh|tch)") ? "es" : "s");
    }

    /** Returns the first of two words or clauses if the count is 1, otherwise the second. */
    public static String choose(long count, String one, String several) {
        return count == 1 ? one : several;
    }
}
