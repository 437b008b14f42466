package io.bandpass.metrics;

import java.nio.file.Path;

/** Listener for the events of a run, called on the training thread in order. If it throws, the run ends. */
public interface TrainingListener {
    /** Called before the first step, with device, precision, images found, parameters, effective batch, rates, ... */
    default void onStart(RunFacts facts) {}

    /** Called after each logged step. */
    default void onStep(StepMetrics metrics) {}

    /** Called after each evaluation on held-out images. */
    default void onScores(ScoreMetrics metrics) {}

    /** Called after a picture of reconstructions was written. */
    default void onSamples(long step, Path picture) {}

    /** Called after a checkpoint was saved. */
    default void onCheckpoint(long step, Path folder) {}

    /** Called with a one-sentence notice for the user. */
    default void onNotice(String sentence) {}

    /** Called when the run is complete or was interrupted. */
    default void onEnd(RunSummary summary) {}
}
