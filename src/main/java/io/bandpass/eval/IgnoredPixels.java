package io.bandpass.eval;

/**
 * Pixels of an image that belong to no class. Many sets ignore a line along every border between classes, where
 * annotators disagree; others ignore whole regions. The one says little about what was left out, the other may.
 *
 * @param pixels number of these pixels
 * @param betweenClasses how many of them have two or more classes within five pixels
 */
public record IgnoredPixels(long pixels, long betweenClasses) {
    /** Reaches across a line of five pixels, as in Pascal VOC, from the first of them. */
    private static final int REACH = 5;

    /**
     * Counts the pixels of an image.
     *
     * @param ids class of every pixel, row by row; below 0: ignored
     * @param width pixels in a row
     */
    static IgnoredPixels of(short[] ids, int width) {
        long pixels = 0;
        long between = 0;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0) {
                pixels++;
                between += isBetween(ids, width, i / width, i % width) ? 1 : 0;
            }
        }
        return new IgnoredPixels(pixels, between);
    }

    private static boolean isBetween(short[] ids, int width, int row, int column) {
        int bottom = Math.min(ids.length / width - 1, row + REACH);
        int right = Math.min(width - 1, column + REACH);
        short seen = -1;
        for (int y = Math.max(0, row - REACH); y <= bottom; y++) {
            for (int x = Math.max(0, column - REACH); x <= right; x++) {
                short id = ids[y * width + x];
                if (id >= 0 && seen >= 0 && id != seen) {
                    return true;
                }
                seen = id >= 0 ? id : seen;
            }
        }
        return false;
    }

    IgnoredPixels plus(IgnoredPixels other) {
        return new IgnoredPixels(pixels + other.pixels, betweenClasses + other.betweenClasses);
    }
}
