package io.bandpass.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Summary of a run, as in summary.json.
 *
 * @param outcome {@code done} or {@code interrupted}
 * @param steps optimizer steps made
 * @param epochs fractional epochs made
 * @param finalLoss mean loss of the last epoch
 * @param scores measured scores by the names of {@link Scores}
 * @param skippedSteps steps skipped because of a non-finite loss or gradient
 * @param badImages number of unreadable files
 * @param seconds wall-clock training time over all sessions
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

    /** Returns a score, if it was measured. */
    public OptionalDouble score(String name) {
        return Scores.of(scores, name);
    }
}
