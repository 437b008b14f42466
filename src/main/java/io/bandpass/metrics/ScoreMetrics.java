package io.bandpass.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Scores of an evaluation on held-out images.
 *
 * @param step global step of the evaluated model; 0 for the initial one
 * @param epoch fractional epoch
 * @param values scores by the names of {@link Scores}, in display order
 */
public record ScoreMetrics(long step, double epoch, Map<String, Double> values) {
    public ScoreMetrics {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns a score, if it was measured. */
    public OptionalDouble value(String name) {
        return Scores.of(values, name);
    }
}
