package io.bandpass.text;

/** Tells addresses of remote files from paths. */
public final class Addresses {
    private Addresses() {}

    /** Returns whether a text is an address, of whatever kind, such as {@code https://example.org/a.tar}. */
    public static boolean isAddress(String text) {
        int colon = text.indexOf("://");
        return colon > 1 && text.substring(0, colon).chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '+');
    }

    /** Returns a source of data as it may be shown: an address without its query, which may be a signature. */
    public static String shown(String source) {
        int query = isAddress(source) ? source.indexOf('?') : -1;
        return query < 0 ? source : source.substring(0, query);
    }
}
