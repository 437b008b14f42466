package io.bandpass.text;

import java.util.List;
import java.util.stream.Collectors;

/** Tells addresses of remote files from paths. */
public final class Addresses {
    private static final String SEPARATOR = "://";

    private Addresses() {}

    /** Returns whether a text is an address, of whatever kind, such as {@code https://example.org/a.tar}. */
    public static boolean isAddress(String text) {
        int colon = text.indexOf(SEPARATOR);
        return colon > 1 && text.substring(0, colon).chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '+');
    }

    /** Returns whether an address names a user, with or without a password, before its host. */
    public static boolean namesUser(String address) {
        return address.lastIndexOf('@', hostEnd(address)) >= 0;
    }

    /**
     * Returns a source of data as it may be shown: an address without user and password, and without its query, which
     * may be a signature.
     */
    public static String shown(String source) {
        if (!isAddress(source)) {
            return source;
        }
        int begin = source.indexOf(SEPARATOR) + SEPARATOR.length();
        String host = source.substring(Math.max(begin, source.lastIndexOf('@', hostEnd(source)) + 1));
        int query = host.indexOf('?');
        return source.substring(0, begin) + (query < 0 ? host : host.substring(0, query));
    }

    /** Returns several sources as they may be shown, with commas between them. */
    public static String shown(List<String> sources) {
        return sources.stream().map(Addresses::shown).collect(Collectors.joining(", "));
    }

    private static int hostEnd(String address) {
        int slash = address.indexOf('/', address.indexOf(SEPARATOR) + SEPARATOR.length());
        return slash < 0 ? address.length() : slash;
    }
}
