package io.bandpass.corrupt;

/** Which pixels stand in for those outside an image. */
enum Border {
    /** The nearest one: a a | a b c d | d d. */
    NEAREST,
    /** Mirrored at the edge of the outermost pixel: b a | a b c d | d c (SciPy's {@code reflect}). */
    REFLECT,
    /** Mirrored at the centre of the outermost pixel: c b | a b c d | c b (OpenCV's {@code BORDER_REFLECT_101}). */
    REFLECT_101;

    /** Returns the index inside [0, length) that stands in for any index. */
    int index(int i, int length) {
        if (i >= 0 && i < length) {
            return i;
        }
        return switch (this) {
            case NEAREST -> i < 0 ? 0 : length - 1;
            case REFLECT -> {
                int inPeriod = Math.floorMod(i, 2 * length);
                yield inPeriod < length ? inPeriod : 2 * length - 1 - inPeriod;
            }
            case REFLECT_101 -> {
                int period = Math.max(1, 2 * (length - 1));
                int inPeriod = Math.floorMod(i, period);
                yield inPeriod < length ? inPeriod : period - inPeriod;
            }
        };
    }
}
