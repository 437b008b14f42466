package io.bandpass.image;

import org.jspecify.annotations.Nullable;

/**
 * Result of checking a file's header.
 *
 * @param format null if the file cannot be decoded as an image
 * @param width of the upright image; 0 if there is none
 * @param height of the upright image; 0 if there is none
 * @param reason why a file that counts cannot be decoded; null for an image, and for a file that does not count
 * @param lasting whether the result depends on the content only, and so holds until the file changes
 */
public record HeaderCheck(
        @Nullable ImageFormat format,
        int width,
        int height,
        @Nullable String reason,
        boolean lasting) {
    /** Maximum number of rows or columns that the decoders accept. */
    static final int LARGEST_EDGE = 1_000_000;

    /** Maximum number of pixels whose colours fit into one byte array. */
    private static final long MOST_PIXELS = Integer.MAX_VALUE / 3;

    public static HeaderCheck image(ImageFormat format, int width, int height) {
        return new HeaderCheck(format, width, height, null, true);
    }

    /** Returns the result for a file whose content is not a valid image. */
    public static HeaderCheck damaged(String reason) {
        return new HeaderCheck(null, 0, 0, reason, true);
    }

    /** Returns the result for a file that is currently not readable. */
    public static HeaderCheck unreadable(String reason) {
        return new HeaderCheck(null, 0, 0, reason, false);
    }

    /** Returns the result for a file that does not look like an image. */
    public static HeaderCheck other() {
        return new HeaderCheck(null, 0, 0, null, true);
    }

    /** Returns the result for a file that does not count because it is currently not readable. */
    static HeaderCheck unseen() {
        return new HeaderCheck(null, 0, 0, null, false);
    }

    /** Whether the file counts as one of the set, readable or not. */
    public boolean counts() {
        return format != null || reason != null;
    }

    /** Returns the reason why the image cannot be used with this limit; null if it can. */
    @Nullable
    public String refusal(long maxPixels) {
        if (format == null) {
            return reason;
        }
        return refusal(height, width, maxPixels);
    }

    /** Returns the reason why an image of this size cannot be used; null if it can. */
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
