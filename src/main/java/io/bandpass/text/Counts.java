package io.bandpass.text;

import java.util.Locale;

/** Numbers of things in sentences for people: {@code 1 image}, {@code 2 images}. */
public final class Counts {
    private Counts() {}

    /**
     * A number with its noun.
     *
     * @param noun in the singular; its plural ends in s, or in es after s, x, sh and tch
     */
    public static String of(long count, String noun) {
        return count + " " + noun(count, noun);
    }

    /** As {@link #of(long, String)}, with a plural of its own. */
    public static String of(long count, String one, String several) {
        return count + " " + choose(count, one, several);
    }

    /** As {@link #of(long, String)}, with commas between thousands. */
    public static String grouped(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s", count, noun(count, noun));
    }

    /** The noun alone, as it stands behind this number. */
    public static String noun(long count, String noun) {
        if (count == 1) {
            return noun;
        }
        return noun + (noun.matches(".*(s|x|sh|tch)") ? "es" : "s");
    }

    /** One of two words or clauses: the first where there is one thing, the second otherwise. */
    public static String choose(long count, String one, String several) {
        return count == 1 ? one : several;
    }
}
