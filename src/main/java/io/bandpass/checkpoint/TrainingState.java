package io.bandpass.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a run must remember besides its tensors. Everything random follows from the seed and the step, so there is no
 * generator state, and the step is also the cursor of the sampler.
 *
 * @param step optimizer steps made, skipped ones included
 * @param settledStep the last step before it after which all was done that was due
 * @param skippedSteps steps left out because of a non-finite loss or gradient
 * @param skippedInARow how many of the last ones
 * @param epochLossSum sum of the losses of the epoch under way
 * @param epochLossCount how many they are
 * @param lastEpochLoss mean loss of the last whole epoch
 * @param lowestEpochLoss lowest of these means
 * @param scores what was measured, by the names of the metrics room: the last values, the best ones, those at the start
 * @param seconds of training in all sessions
 * @param images size of the set that is trained on, which must not change
 * @param badImages files that could not be read, with the reason
 */
public record TrainingState(
        long step,
        long settledStep,
        long skippedSteps,
        int skippedInARow,
        double epochLossSum,
        long epochLossCount,
        OptionalDouble lastEpochLoss,
        OptionalDouble lowestEpochLoss,
        Map<String, Double> scores,
        double seconds,
        int images,
        Map<String, String> badImages) {
    public TrainingState {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }

    /** Before the first step of a run of which something was measured already. */
    public static TrainingState start(Map<String, Double> scores, int images) {
        OptionalDouble unknown = OptionalDouble.empty();
        return new TrainingState(0, -1, 0, 0, 0, 0, unknown, unknown, scores, 0, images, Map.of());
    }
}
