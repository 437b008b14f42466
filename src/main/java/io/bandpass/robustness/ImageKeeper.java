package io.bandpass.robustness;

import java.io.IOException;

/** Saves the images of parts as the models saw them, where a user asks for it. */
interface ImageKeeper extends AutoCloseable {
    /**
     * Begins a part.
     *
     * @param part its name
     */
    void begin(String model, String part) throws IOException;

    /** Saves the images of a batch of the part. */
    void saw(SeenBatch batch) throws IOException;

    /** Completes the part. */
    void end() throws IOException;

    /** Completes the work after the last part of the last model. */
    void finish() throws IOException;

    /** Removes what is not complete. */
    @Override
    void close() throws IOException;
}
