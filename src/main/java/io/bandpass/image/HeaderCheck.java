package io.bandpass.image;

import org.jspecify.annotations.Nullable;

/**
 * What the header of a file says.
 *
 * @param format of an image; null where the file is none that can be decoded
 * @param width of an upright image, else 0
 * @param height of an upright image, else 0
 * @param reason why a file that counts cannot be decoded; null for an image, and for a file that does not count
 * @param lasting whether it follows from the content alone, so that it holds as long as the file does not change
 */
public record HeaderCheck(
        @Nullable ImageFormat format,
        int width,
        int height,
        @Nullable String reason,
        boolean lasting) {
    /** The decoders take no longer rows or columns. */
    static final int LARGEST_EDGE = 1_000_000;

    /** One array of bytes can hold the colours of so many. */
    private static final long MOST_PIXELS = Integer.MAX_VALUE / 3;

    public static HeaderCheck image(ImageFormat format, int width, int height) {
        return new HeaderCheck(format, width, height, null, true);
    }

    /** A file whose content is no image. */
    public static HeaderCheck damaged(String reason) {
        return new HeaderCheck(null, 0, 0, reason, true);
    }

    /** A file that cannot be read at present. */
    public static HeaderCheck unreadable(String reason) {
        return new HeaderCheck(null, 0, 0, reason, false);
    }

    /** A file that nobody would take for an image. */
    public static HeaderCheck other() {
        return new HeaderCheck(null, 0, 0, null, true);
    }

    /** A file that does not count because it cannot be read at present. */
    static HeaderCheck unseen() {
        return new HeaderCheck(null, 0, 0, null, false);
    }

    /** Whether the file is one of the set, good or bad. */
    public boolean counts() {
        return format != null || reason != null;
    }

    /** Why it cannot be used in a run with this limit; null where it can. */
    @Nullable
    public String refusal(long maxPixels) {
        if (format == null) {
            return reason;
        }
        return refusal(height, width, maxPixels);
    }

    /** Why an image of this size cannot be used; null where it can. */
    public static @Nullable String refusal(int height, int width, long maxPixels) {
        long pixels = (long) width * height;
        String claim = "its header claims " + width + " x " + height + " pixels, more than ";
        if (pixels > maxPixels) {
            return claim + "data.max-pixels " + maxPixels;
        }
        if (pixels > MOST_PIXELS) {
            return claim + "the " + MOST_PIXELS + " that can be decoded";
        }
        return Math.max(height, width) > LARGEST_EDGE ? claim + "can be decoded in a row or column" : null;
    }
}
