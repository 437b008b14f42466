package io.bandpass.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How well images that are not trained on are told apart.
 *
 * @param step global step at which it was measured; 0 is the model as the run begins
 * @param epoch fractional
 * @param values by the names of {@link Scores}, in the order in which they are told
 */
public record ScoreMetrics(long step, double epoch, Map<String, Double> values) {
    public ScoreMetrics {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A score that was measured, or nothing. */
    public OptionalDouble value(String name) {
        return Scores.of(values, name);
    }
}
