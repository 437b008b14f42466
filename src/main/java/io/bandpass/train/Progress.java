package io.bandpass.train;

import io.bandpass.checkpoint.TrainingState;
import java.util.Map;
import java.util.OptionalDouble;

/** Where a run stands: the changing side of {@link TrainingState}. */
final class Progress {
    private long step;
    private long skippedSteps;
    private int skippedInARow;
    private double epochLossSum;
    private long epochLossCount;
    private OptionalDouble lastEpochLoss = OptionalDouble.empty();
    private OptionalDouble lowestEpochLoss = OptionalDouble.empty();
    private OptionalDouble knnTop1 = OptionalDouble.empty();
    private OptionalDouble knnTop1Best = OptionalDouble.empty();
    private OptionalDouble knnTop1Pixels = OptionalDouble.empty();
    private OptionalDouble knnTop1Untrained = OptionalDouble.empty();
    private double secondsBefore;
    private final long started = System.nanoTime();

    /** A run at its start. */
    Progress() {}

    /** A run that goes on. */
    Progress(TrainingState state) {
        step = state.step();
        skippedSteps = state.skippedSteps();
        skippedInARow = state.skippedInARow();
        epochLossSum = state.epochLossSum();
        epochLossCount = state.epochLossCount();
        lastEpochLoss = state.lastEpochLoss();
        lowestEpochLoss = state.lowestEpochLoss();
        knnTop1 = state.knnTop1();
        knnTop1Best = state.knnTop1Best();
        knnTop1Pixels = state.knnTop1Pixels();
        knnTop1Untrained = state.knnTop1Untrained();
        secondsBefore = state.seconds();
    }

    TrainingState snapshot(int images, Map<String, String> badImages) {
        return new TrainingState(
                step,
                skippedSteps,
                skippedInARow,
                epochLossSum,
                epochLossCount,
                lastEpochLoss,
                lowestEpochLoss,
                knnTop1,
                knnTop1Best,
                knnTop1Pixels,
                knnTop1Untrained,
                secondsBefore + (System.nanoTime() - started) / 1e9,
                images,
                badImages);
    }

    /** Optimizer steps made. */
    long step() {
        return step;
    }

    int skippedInARow() {
        return skippedInARow;
    }

    void made(double loss) {
        step++;
        skippedInARow = 0;
        epochLossSum += loss;
        epochLossCount++;
    }

    void skipped() {
        step++;
        skippedSteps++;
        skippedInARow++;
    }

    /** Closes an epoch. */
    void endEpoch() {
        if (epochLossCount > 0) {
            double mean = epochLossSum / epochLossCount;
            lastEpochLoss = OptionalDouble.of(mean);
        }
        epochLossSum = 0;
        epochLossCount = 0;
    }

    /** Whether the last whole epoch's loss is the lowest so far; says so once. */
    boolean takeLowestLoss() {
        if (lastEpochLoss.isEmpty()
                || (lowestEpochLoss.isPresent() && lastEpochLoss.getAsDouble() >= lowestEpochLoss.getAsDouble())) {
            return false;
        }
        lowestEpochLoss = lastEpochLoss;
        return true;
    }

    void pixels(double top1) {
        knnTop1Pixels = OptionalDouble.of(top1);
    }

    /** Notes the kNN accuracy of the encoder as the run began, which is the untrained one's without given weights. */
    void start(double top1) {
        knnTop1 = OptionalDouble.of(top1);
        if (knnTop1Untrained.isEmpty()) {
            knnTop1Untrained = knnTop1;
        }
    }

    /** Notes a kNN accuracy of a trained encoder, and returns whether it is the best so far. */
    boolean knn(double top1) {
        knnTop1 = OptionalDouble.of(top1);
        if (knnTop1Best.isPresent() && top1 <= knnTop1Best.getAsDouble()) {
            return false;
        }
        knnTop1Best = knnTop1;
        return true;
    }
}
