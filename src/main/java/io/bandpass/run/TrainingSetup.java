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

/** What a kind of training brings to one session of a run. */
public interface TrainingSetup extends AutoCloseable {
    /** What is trained. It is closed with the learner that takes it, not with the setup. */
    TrainingTask task();

    /** Lines about the task for the start of the log. */
    Map<String, String> facts();

    /** Edge in pixels of the images of a step, from 0. */
    int imageSizeAt(long step);

    /**
     * Loads the weights that a new run begins with.
     *
     * @param notices takes sentences for people
     * @return scores of the model without them, which go into the state of the run
     */
    Map<String, Double> loadInitial(Path weights, Consumer<String> notices) throws IOException;

    /**
     * Creates what evaluates the model between steps; the caller closes it.
     *
     * @param average of the weights, where there is one
     */
    Evaluator evaluator(Optional<MovingAverage> average, TrainingListener listener);

    /** Evaluates what is left to evaluate once the last step of the session was made, before anything is written. */
    default void complete(long step) {}

    /** Writes the weights of now, and of what else is kept. */
    void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices) throws IOException;

    /** Writes report.html and what else shows the results, after the summary. */
    void writeReport(RunReport run) throws IOException;

    @Override
    void close();
}
