package io.bandpass.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How a run ended: summary.json.
 *
 * @param outcome {@code done} or {@code interrupted}
 * @param steps optimizer steps made
 * @param epochs epochs made
 * @param finalLoss mean loss of the last epoch
 * @param scores by the names of {@link Scores}; what was not measured is not there
 * @param skippedSteps steps left out because of a non-finite loss or gradient
 * @param badImages files that could not be read
 * @param seconds wall-clock time of training in all sessions
 */
public record RunSummary(
        String outcome,
        long steps,
        double epochs,
        double finalLoss,
        Map<String, Double> scores,
        long skippedSteps,
        long badImages,
        double seconds) {
    public RunSummary {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }

    /** A score that was measured, or nothing. */
    public OptionalDouble score(String name) {
        return Scores.of(scores, name);
    }
}
