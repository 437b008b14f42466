package io.bandpass.data;

import org.jspecify.annotations.Nullable;

/**
 * What the header of a file says.
 *
 * @param format of an image; null where the file is none that can be decoded
 * @param width of an image, else 0
 * @param height of an image, else 0
 * @param reason why a file that counts cannot be decoded; null for an image, and for a file that does not count
 * @param lasting whether it follows from the content alone, so that it holds as long as the file does not change
 */
record HeaderCheck(
        @Nullable ImageFormat format,
        int width,
        int height,
        @Nullable String reason,
        boolean lasting) {
    static HeaderCheck image(ImageFormat format, int width, int height) {
        return new HeaderCheck(format, width, height, null, true);
    }

    /** A file whose content is no image. */
    static HeaderCheck damaged(String reason) {
        return new HeaderCheck(null, 0, 0, reason, true);
    }

    /** A file that cannot be read at present. */
    static HeaderCheck unreadable(String reason) {
        return new HeaderCheck(null, 0, 0, reason, false);
    }

    /** A file that nobody would take for an image. */
    static HeaderCheck other() {
        return new HeaderCheck(null, 0, 0, null, true);
    }

    /** A file that does not count because it cannot be read at present. */
    static HeaderCheck unseen() {
        return new HeaderCheck(null, 0, 0, null, false);
    }

    /** Whether the file is one of the set, good or bad. */
    boolean counts() {
        return format != null || reason != null;
    }

    /** Why it cannot be used in a run with this limit; null where it can. */
    @Nullable
    String refusal(long maxPixels) {
        if (format == null) {
            return reason;
        }
        return (long) width * height <= maxPixels
                ? null
                : "its header claims " + width + " x " + height + " pixels, more than data.max-pixels " + maxPixels;
    }
}
