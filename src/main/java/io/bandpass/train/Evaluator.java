package io.bandpass.train;

import java.io.IOException;

/** Evaluates the model between training steps. */
public interface Evaluator extends AutoCloseable {
    /** Evaluates nothing. */
    Evaluator NONE = new Evaluator() {
        @Override
        public boolean isDue(Progress progress) {
            return false;
        }

        @Override
        public boolean after(Progress progress, boolean last) {
            return false;
        }

        @Override
        public boolean hasScores() {
            return false;
        }
    };

    /** Called before the first step of a session. */
    default void begin(Progress progress) {}

    /**
     * Called before each step, which are numbered from 0.
     *
     * @return whether the objective changes here, so that losses before and after are not comparable
     */
    default boolean startsNewObjective(long step) {
        return false;
    }

    /** Called after the first step of a run. */
    default void afterFirstStep(Progress progress) throws IOException {}

    /** Returns whether an evaluation is due after the current step, or after one since the last settled step. */
    boolean isDue(Progress progress);

    /**
     * Evaluates. Called after a step with finite weights if an evaluation is due or the run ends.
     *
     * @param last whether this is the last step
     * @return whether the model is the best so far
     */
    boolean after(Progress progress, boolean last) throws IOException;

    /** Returns whether evaluations give scores; if not, the epoch with the lowest loss is the best one. */
    boolean hasScores();

    /** Returns whether training should stop early. */
    default boolean shouldStop(Progress progress) {
        return false;
    }

    @Override
    default void close() {}
}
