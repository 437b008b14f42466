package io.bandpass.metrics;

import java.util.Map;

/** Scores of a model on held-out images. */
public interface NamedScores {
    /** Returns the scores by the names of {@link Scores}, in display order. */
    Map<String, Double> byName();
}
