package io.bandpass.metrics;

import java.util.OptionalDouble;

/**
 * How a run ended: summary.json.
 *
 * @param outcome {@code done} or {@code interrupted}
 * @param steps optimizer steps made
 * @param epochs epochs made
 * @param finalLoss mean loss of the last epoch
 * @param knnTop1 last kNN accuracy of the encoder, 0 to 1, where there are labels
 * @param knnTop1Best best one during the run
 * @param knnTop1Pixels the same vote on raw pixels
 * @param knnTop1Untrained the same vote on the encoder before the first step
 * @param skippedSteps steps left out because of a non-finite loss or gradient
 * @param badImages files that could not be read
 * @param seconds wall-clock time of training in all sessions
 */
public record RunSummary(
        String outcome,
        long steps,
        double epochs,
        double finalLoss,
        OptionalDouble knnTop1,
        OptionalDouble knnTop1Best,
        OptionalDouble knnTop1Pixels,
        OptionalDouble knnTop1Untrained,
        long skippedSteps,
        long badImages,
        double seconds) {}
