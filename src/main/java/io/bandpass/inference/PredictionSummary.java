package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * Result of classifying a set of images.
 *
 * @param first the predictions for the first twenty images
 * @param images number of images classified
 * @param given number of images found, before any limit
 * @param precision precision of the classifier, which {@code auto} may have chosen
 * @param notices sentences about skipped files
 * @param unreadable name and reason of each skipped image
 */
public record PredictionSummary(
        List<NamedPrediction> first,
        int images,
        int given,
        String precision,
        List<String> notices,
        Map<String, String> unreadable) {}
