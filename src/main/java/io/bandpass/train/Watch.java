package io.bandpass.train;

import java.io.IOException;

/** What is looked at between the steps of a run. */
public interface Watch extends AutoCloseable {
    /** Before the first step of a session. */
    default void begin(Progress progress) {}

    /**
     * Before each step, whose number counts from 0.
     *
     * @return whether its loss cannot be compared with those before it
     */
    default boolean before(long step) {
        return false;
    }

    /** After the first step of a run. */
    default void afterFirstStep(Progress progress) {}

    /** Whether there is something to look at after the step of now, or after one since the last that was settled. */
    boolean isDue(Progress progress);

    /**
     * After a step whose weights are good, where that is due or no step follows.
     *
     * @param last whether no step follows
     * @return whether the model is the best so far
     */
    boolean after(Progress progress, boolean last) throws IOException;

    /** Whether models are scored; where they are not, the lowest loss of an epoch makes the best one. */
    boolean scores();

    /** Whether more steps are not worth while. */
    default boolean isEnough(Progress progress) {
        return false;
    }

    @Override
    default void close() {}
}
