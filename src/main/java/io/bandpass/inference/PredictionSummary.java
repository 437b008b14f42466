package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * What came of a set of images.
 *
 * @param first the predictions for the first twenty images
 * @param images how many were classified
 * @param given how many there were
 * @param precision of the classifier, which {@code auto} may have chosen
 * @param notices sentences about files that were passed over
 * @param unreadable name and reason of each image that was left out
 */
public record PredictionSummary(
        List<NamedPrediction> first,
        int images,
        int given,
        String precision,
        List<String> notices,
        Map<String, String> unreadable) {}
