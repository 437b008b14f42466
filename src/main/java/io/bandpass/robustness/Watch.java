package io.bandpass.robustness;

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

    /** Ends a part, which is then not kept. */
    final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("the evaluation was interrupted");
        }
    }
}
