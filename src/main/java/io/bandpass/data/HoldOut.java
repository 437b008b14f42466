package io.bandpass.data;

import java.util.List;

/** Rule that chooses the held-out images of a labelled set whose data defines no split. */
public interface HoldOut {
    /**
     * The choice.
     *
     * @param heldOut positions of the held-out images, ascending; empty for none
     * @param notices human-readable
     */
    record Chosen(int[] heldOut, List<String> notices) {}

    /**
     * Chooses the held-out images.
     *
     * @param all images, with labels
     * @throws DataException if no subset of them would be an honest held-out set
     */
    Chosen of(ImageSource all);

    /** The configured fraction of all images, for messages. */
    double fraction();

    /**
     * Checks a held-out set that the data defines.
     *
     * @return human-readable notices
     * @throws DataException if accuracy on it would not be held-out accuracy
     */
    default List<String> named(ImageSource train, ImageSource heldOut) {
        return List.of();
    }
}
