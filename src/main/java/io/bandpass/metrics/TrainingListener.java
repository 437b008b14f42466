package io.bandpass.metrics;

import java.nio.file.Path;

/** Told what happens during a run, on the training thread, in order. A listener that throws ends the run. */
public interface TrainingListener {
    /** Facts known before the first step: device, precision, images found, parameters, effective batch, rates, ... */
    default void onStart(RunFacts facts) {}

    /** A logged step. */
    default void onStep(StepMetrics metrics) {}

    /** Images that are not trained on were looked at. */
    default void onScores(ScoreMetrics metrics) {}

    /** A picture of reconstructions was written. */
    default void onSamples(long step, Path picture) {}

    /** A checkpoint appeared. */
    default void onCheckpoint(long step, Path folder) {}

    /** Something that the user should know, in one sentence. */
    default void onNotice(String sentence) {}

    /** The run has ended by itself or was interrupted. */
    default void onEnd(RunSummary summary) {}
}
