package io.bandpass.distributed;

import java.util.function.Supplier;

/** Averages the gradients of all processes during the last backward pass of a step. */
public interface GradientReducer extends AutoCloseable {
    /** The one of a single process, which exchanges nothing. */
    GradientReducer NONE = new GradientReducer() {
        @Override
        public <T> T reduced(Supplier<T> forwardBackward) {
            return forwardBackward.get();
        }

        @Override
        public void close() {}
    };

    /**
     * Runs the last forward and backward pass of a step, after which the gradient of each parameter is the mean over all
     * processes of what they have added up since it was cleared. Passes before it, of other micro-batches, exchange
     * nothing.
     *
     * @param forwardBackward must give every parameter a gradient
     */
    <T> T reduced(Supplier<T> forwardBackward);

    @Override
    void close();
}
