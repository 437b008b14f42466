package io.bandpass.run;

import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.RunReport;
import io.bandpass.task.TrainingTask;
import io.bandpass.train.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Setup of one session of a run, specific to its kind of training. */
public interface TrainingSetup extends AutoCloseable {
    /** Returns the task to train. It is closed with the model state that takes it, not with this setup. */
    TrainingTask task();

    /** Returns lines about the task for the start of the log. */
    Map<String, String> facts();

    /** Returns the edge length in pixels of the images of a step; steps count from 0. */
    int imageSizeAt(long step);

    /**
     * Loads the initial weights of a new run.
     *
     * @param notices receives human-readable sentences
     * @return scores of the untrained model, which go into the state of the run
     */
    Map<String, Double> loadInitial(Path weights, Consumer<String> notices) throws IOException;

    /**
     * Creates the evaluator that runs between steps; the caller closes it.
     *
     * @param average EMA of the weights, if enabled
     */
    Evaluator evaluator(Optional<MovingAverage> average, TrainingListener listener);

    /** Makes the final evaluation after the last step of the session, before anything is written. */
    default void complete(long step) {}

    /** Writes the current weights and any others that are kept, such as the best. */
    void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices) throws IOException;

    /** Writes report.html and any other presentation of the results, after the summary. */
    void writeReport(RunReport run) throws IOException;

    @Override
    void close();
}
