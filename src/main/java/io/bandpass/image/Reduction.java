package io.bandpass.image;

/** Factor by which an image may be decoded smaller than stored. */
public interface Reduction {
    /** Decodes at full size. */
    Reduction NONE = (height, width) -> 1;

    /**
     * Returns the largest reduction that leaves enough pixels.
     *
     * @param height of the whole upright image in pixels
     * @param width of the whole upright image in pixels
     * @return 1, 2, 4 or 8
     */
    int factor(int height, int width);
}
