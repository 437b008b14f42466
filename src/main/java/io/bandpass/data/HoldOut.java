package io.bandpass.data;

import java.util.List;

/** Chooses the images of a labelled set that are held out, where the data does not name them itself. */
public interface HoldOut {
    /**
     * What was chosen.
     *
     * @param heldOut positions of the held-out images, ascending; empty for none
     * @param notices sentences for people
     */
    record Chosen(int[] heldOut, List<String> notices) {}

    /**
     * Chooses.
     *
     * @param all images, with labels
     * @throws DataException if no image of them can be held out honestly
     */
    Chosen of(ImageSource all);

    /** The part of all images that is asked for, for messages. */
    double fraction();

    /**
     * Looks at a held-out part that the data names.
     *
     * @return sentences for people
     * @throws DataException if an accuracy on it would not be one of held-out images
     */
    default List<String> named(ImageSource train, ImageSource heldOut) {
        return List.of();
    }
}
