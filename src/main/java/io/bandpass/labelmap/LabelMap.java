package io.bandpass.labelmap;

/**
 * The class of every pixel of an image.
 *
 * @param ids row by row: a class from 0, or {@link #IGNORED}
 */
public record LabelMap(short[] ids, int height, int width) {
    /** Id of a pixel that belongs to no class: it counts neither in a loss nor in a score. */
    public static final short IGNORED = -1;

    /** Id of a pixel that padding added: ignored, and its image pixel is zero after normalisation. */
    public static final short PADDING = -2;

    public LabelMap {
        if (ids.length != (long) height * width) {
            throw new IllegalArgumentException(ids.length + " ids for " + width + " x " + height + " pixels");
        }
    }
}
