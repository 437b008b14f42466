package io.bandpass.robustness;

import java.io.IOException;

/** Follows a part while it is measured, and ends it when the user wants that. */
interface Watch {
    /** Tells how many of the images are done. */
    void reached(long done, long all);

    /**
     * Returns if the work may go on.
     *
     * @throws StoppedException if the user wants it to end
     */
    void checkStopped();

    /** Takes the images of a batch as the model saw them, which live as long as the scope of the batch. */
    default void saw(SeenBatch batch) throws IOException {}

    /** Ends a part, which is then not kept. */
    final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("the evaluation was interrupted");
        }
    }
}
