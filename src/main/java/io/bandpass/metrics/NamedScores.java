package io.bandpass.metrics;

import java.util.Map;

/** What is measured of a model on held-out images. */
public interface NamedScores {
    /** The scores by the names of {@link Scores}, in the order in which people are told. */
    Map<String, Double> byName();
}
