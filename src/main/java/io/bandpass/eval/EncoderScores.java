package io.bandpass.eval;

import io.bandpass.metrics.Scores;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was seen.
 *
 * @param knnTop1 fraction right of the vote, 0 to 1; nothing where features are not finite
 * @param probeTop1 fraction right of the linear probe, where one was asked for and could be trained
 * @param notice why a score is left out: no reason to end what is looked at
 */
public record EncoderScores(OptionalDouble knnTop1, OptionalDouble probeTop1, Optional<String> notice) {
    /** By the names of {@link Scores}; what was left out is not there. */
    public Map<String, Double> byName() {
        Map<String, Double> scores = new LinkedHashMap<>();
        knnTop1.ifPresent(top1 -> scores.put(Scores.KNN_TOP1, top1));
        probeTop1.ifPresent(top1 -> scores.put(Scores.PROBE_TOP1, top1));
        return scores;
    }
}
