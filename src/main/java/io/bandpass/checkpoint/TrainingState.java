package io.bandpass.checkpoint;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a run must remember besides its tensors. Everything random follows from the seed and the step, so there is no
 * generator state, and the step is also the cursor of the sampler.
 *
 * @param step optimizer steps made, skipped ones included
 * @param skippedSteps steps left out because of a non-finite loss or gradient
 * @param skippedInARow how many of the last ones
 * @param epochLossSum sum of the losses of the epoch under way
 * @param epochLossCount how many they are
 * @param lastEpochLoss mean loss of the last whole epoch
 * @param lowestEpochLoss lowest of these means
 * @param knnTop1 last kNN accuracy
 * @param knnTop1Best highest one
 * @param knnTop1Pixels that of raw pixels
 * @param knnTop1Untrained that of the encoder before anything was trained or loaded
 * @param seconds of training in all sessions
 * @param images size of the set that is trained on, which must not change
 * @param badImages files that could not be read, with the reason
 */
public record TrainingState(
        long step,
        long skippedSteps,
        int skippedInARow,
        double epochLossSum,
        long epochLossCount,
        OptionalDouble lastEpochLoss,
        OptionalDouble lowestEpochLoss,
        OptionalDouble knnTop1,
        OptionalDouble knnTop1Best,
        OptionalDouble knnTop1Pixels,
        OptionalDouble knnTop1Untrained,
        double seconds,
        int images,
        Map<String, String> badImages) {
    /** Before the first step of a run whose encoder is not untrained: it begins with given weights. */
    public static TrainingState beforeGivenWeights(OptionalDouble knnTop1Untrained, int images) {
        OptionalDouble unknown = OptionalDouble.empty();
        return new TrainingState(
                0, 0, 0, 0, 0, unknown, unknown, unknown, unknown, unknown, knnTop1Untrained, 0, images, Map.of());
    }
}
