package io.bandpass.image;

/** How much smaller than it is stored an image may be decoded. */
public interface Reduction {
    /** Decode everything. */
    Reduction NONE = (height, width) -> 1;

    /**
     * The largest reduction that still leaves enough.
     *
     * @param height of the whole image in pixels, upright
     * @param width of the whole image in pixels, upright
     * @return 1, 2, 4 or 8
     */
    int factor(int height, int width);
}
