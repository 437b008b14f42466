package io.bandpass.train;

import io.bandpass.checkpoint.TrainingState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Mutable progress of a run, from which {@link TrainingState} is taken. */
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

    /** Creates the progress of a new run. */
    Progress() {}

    /** Creates the progress of a resumed run. */
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

    TrainingState snapshot(int images, Map<String, String> unreadable) {
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
                unreadable);
    }

    /** Returns the number of optimizer steps made. */
    public long step() {
        return step;
    }

    /**
     * Returns the last step before the current one after which everything due was done. Usually the previous step; an
     * earlier one if steps since were skipped, so that evaluations and checkpoints were postponed.
     */
    public long settledStep() {
        return settledStep;
    }

    /** Returns whether a multiple of {@code everySteps} was reached since the last settled step; never if 0. */
    public boolean isDue(int everySteps) {
        return everySteps > 0 && step / everySteps > Math.floorDiv(settledStep, everySteps);
    }

    /** Marks the current step as settled: everything due after it was done. */
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

    /** Forgets all epoch losses, as those that follow are of another objective. */
    void forgetLosses() {
        epochLossSum = 0;
        epochLossCount = 0;
        lastEpochLoss = OptionalDouble.empty();
        lowestEpochLoss = OptionalDouble.empty();
    }

    /** Returns, once per epoch, whether the last full epoch has the lowest loss so far. */
    boolean takeLowestLoss() {
        if (lastEpochLoss.isEmpty()
                || (lowestEpochLoss.isPresent() && lastEpochLoss.getAsDouble() >= lowestEpochLoss.getAsDouble())) {
            return false;
        }
        lowestEpochLoss = lastEpochLoss;
        return true;
    }

    /** Returns a score, if it was measured. */
    public OptionalDouble score(String name) {
        Double value = scores.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Forgets scores of an earlier evaluation. */
    public void forgetScores(String... names) {
        scores.keySet().removeAll(Set.of(names));
    }

    /** Records a score; removes it if {@code value} is not finite. */
    public void score(String name, double value) {
        if (Double.isFinite(value)) {
            scores.put(name, value);
        } else {
            scores.remove(name);
        }
    }

    /**
     * Records a score of a trained model and returns whether it is the highest so far.
     *
     * @param best the name under which the highest is kept
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
