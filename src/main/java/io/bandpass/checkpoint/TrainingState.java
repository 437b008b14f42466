package io.bandpass.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * State of a run besides its tensors. All randomness derives from the seed and the step, so there is no generator
 * state, and the step is also the position of the sampler.
 *
 * @param step optimizer steps made, skipped ones included
 * @param settledStep the last earlier step after which everything due was done
 * @param skippedSteps steps skipped because of a non-finite loss or gradient
 * @param skippedInARow number of consecutive skipped steps up to the current one
 * @param epochLossSum sum of the losses of the current epoch
 * @param epochLossCount number of losses in the sum
 * @param lastEpochLoss mean loss of the last complete epoch
 * @param lowestEpochLoss lowest of these means
 * @param scores scores by the names of the metrics package: the latest, the best, and the initial ones
 * @param seconds training time in seconds over all sessions
 * @param images size of the training set, which must not change
 * @param badImages unreadable files, with the reason
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

    /** Returns the state before the first step of a run that already has scores. */
    public static TrainingState start(Map<String, Double> scores, int images) {
        OptionalDouble unknown = OptionalDouble.empty();
        return new TrainingState(0, -1, 0, 0, 0, 0, unknown, unknown, scores, 0, images, Map.of());
    }
}
