package io.bandpass.eval;

import io.bandpass.metrics.Scores;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Scores of a frozen encoder.
 *
 * @param knnTop1 kNN accuracy, 0 to 1; empty if features are not finite
 * @param probeTop1 accuracy of the linear probe, if one is configured and could be trained
 * @param notice why a score is missing; no reason to end the run
 */
public record EncoderScores(OptionalDouble knnTop1, OptionalDouble probeTop1, Optional<String> notice) {
    /** Returns the scores by the names of {@link Scores}, without missing ones. */
    public Map<String, Double> byName() {
        Map<String, Double> scores = new LinkedHashMap<>();
        knnTop1.ifPresent(top1 -> scores.put(Scores.KNN_TOP1, top1));
        probeTop1.ifPresent(top1 -> scores.put(Scores.PROBE_TOP1, top1));
        return scores;
    }
}
