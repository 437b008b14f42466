package io.bandpass.train;

import io.bandpass.checkpoint.TrainingState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Where a run stands: the changing side of {@link TrainingState}. */
public final class Progress {
    private long step;
    private long settledStep;
    private long skippedSteps;
    private int skippedInARow;
    private double epochLossSum;
    private long epochLossCount;
    private OptionalDouble lastEpochLoss = OptionalDouble.empty();
    private OptionalDouble lowestEpochLoss = OptionalDouble.empty();
    private final Map<String, Double> scores = new LinkedHashMap<>();
    private double secondsBefore;
    private final long started = System.nanoTime();

    /** A run at its start. */
    Progress() {}

    /** A run that goes on. */
    Progress(TrainingState state) {
        step = state.step();
        settledStep = state.settledStep();
        skippedSteps = state.skippedSteps();
        skippedInARow = state.skippedInARow();
        epochLossSum = state.epochLossSum();
        epochLossCount = state.epochLossCount();
        lastEpochLoss = state.lastEpochLoss();
        lowestEpochLoss = state.lowestEpochLoss();
        scores.putAll(state.scores());
        secondsBefore = state.seconds();
    }

    TrainingState snapshot(int images, Map<String, String> badImages) {
        return new TrainingState(
                step,
                settledStep,
                skippedSteps,
                skippedInARow,
                epochLossSum,
                epochLossCount,
                lastEpochLoss,
                lowestEpochLoss,
                scores,
                secondsBefore + (System.nanoTime() - started) / 1e9,
                images,
                badImages);
    }

    /** Optimizer steps made. */
    public long step() {
        return step;
    }

    /**
     * The last step before the one of now after which all was done that was due. Usually the one before it; an earlier
     * one where steps since were skipped, so that looks and checkpoints were put off.
     */
    public long settledStep() {
        return settledStep;
    }

    /** Whether a multiple of some steps has been reached since the last settled one; 0 for never. */
    public boolean isDue(int everySteps) {
        return everySteps > 0 && step / everySteps > Math.floorDiv(settledStep, everySteps);
    }

    /** All that was due after the step of now was done. */
    void settle() {
        settledStep = step;
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

    /** Forgets the losses of epochs: those that follow are of something else. */
    void forgetLosses() {
        epochLossSum = 0;
        epochLossCount = 0;
        lastEpochLoss = OptionalDouble.empty();
        lowestEpochLoss = OptionalDouble.empty();
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

    /** A score, if it was measured. */
    public OptionalDouble score(String name) {
        Double value = scores.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Forgets scores of an earlier evaluation. */
    public void forgetScores(String... names) {
        scores.keySet().removeAll(Set.of(names));
    }

    /** Notes a score; one that is not finite is none. */
    public void score(String name, double value) {
        if (Double.isFinite(value)) {
            scores.put(name, value);
        } else {
            scores.remove(name);
        }
    }

    /**
     * Notes a score of a trained model, and returns whether it is the highest so far.
     *
     * @param best the name of the highest
     */
    public boolean score(String name, double value, String best) {
        score(name, value);
        if (!Double.isFinite(value) || (scores.containsKey(best) && value <= scores.get(best))) {
            return false;
        }
        score(best, value);
        return true;
    }
}
