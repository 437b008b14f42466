package io.bandpass.train;

import io.bandpass.config.RunConfig;
import io.bandpass.metrics.NamedScores;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.task.DivergedException;
import io.bandpass.task.NotFiniteException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Evaluates a model on the held-out images at regular intervals, with its EMA weights if enabled.
 *
 * @param <S> the scores of an evaluation
 */
public final class PeriodicEvaluator<S extends NamedScores> implements Evaluator {
    /**
     * When a model is evaluated.
     *
     * @param everySteps steps between evaluations, may be fractional; 0 for only the end
     * @param stopAfterSteps ends the run after so many steps without a new best score; empty for never
     */
    public record Interval(double everySteps, OptionalDouble stopAfterSteps) {
        /** Returns an interval that is configured in epochs. */
        public static Interval ofEpochs(double everyEpochs, OptionalDouble stopAfterEpochs, TrainingPlan plan) {
            return new Interval(
                    everyEpochs * plan.stepsPerEpoch(),
                    stopAfterEpochs.isEmpty()
                            ? stopAfterEpochs
                            : OptionalDouble.of(stopAfterEpochs.getAsDouble() * plan.stepsPerEpoch()));
        }
    }

    private final Interval interval;
    private final String advice;
    private final TrainingPlan plan;
    private final String mainScore;
    private final Supplier<S> scores;
    private final TrainingListener listener;
    private Optional<ValidationResult<S>> latest = Optional.empty();

    /**
     * Creates the evaluator of a run.
     *
     * @param config resolved
     * @param mainScore the name of the score that selects the best model
     * @param scores evaluates the model on the held-out images
     */
    public PeriodicEvaluator(
            RunConfig config,
            Interval interval,
            TrainingPlan plan,
            String mainScore,
            Supplier<S> scores,
            TrainingListener listener) {
        this.interval = interval;
        advice = Divergence.advice(config);
        this.plan = plan;
        this.mainScore = mainScore;
        this.scores = scores;
        this.listener = listener;
    }

    @Override
    public boolean after(Progress progress, boolean last) {
        return (last || isDue(progress)) && measure(progress);
    }

    @Override
    public boolean isDue(Progress progress) {
        return TrainingPlan.isDueEvery(interval.everySteps(), progress.settledStep(), progress.step());
    }

    private boolean measure(Progress progress) {
        S now = evaluate(progress.step());
        latest = Optional.of(new ValidationResult<>(progress.step(), now));
        Map<String, Double> values = now.byName();
        values.forEach(progress::score);
        listener.onScores(new ScoreMetrics(progress.step(), plan.epochAt(progress.step()), values));
        boolean best = progress.score(mainScore, Objects.requireNonNull(values.get(mainScore)), Scores.best(mainScore));
        if (best) {
            progress.score(Scores.bestStep(mainScore), (double) progress.step());
        }
        return best;
    }

    private S evaluate(long step) {
        try {
            return scores.get();
        } catch (NotFiniteException e) {
            throw new DivergedException(String.format(
                    Locale.ROOT,
                    "training diverged: after step %d, on the held-out images, %s; %s",
                    step,
                    e.getMessage(),
                    advice));
        }
    }

    /**
     * Returns the last validation of this session, which is at the last step if the run is complete. Validates now if
     * the session made no step or was stopped before its first validation.
     *
     * @param step the current step
     * @throws DivergedException if the classifier's outputs are not finite
     */
    public ValidationResult<S> latestOr(long step) {
        return latest.orElseGet(() -> new ValidationResult<>(step, evaluate(step)));
    }

    @Override
    public boolean hasScores() {
        return true;
    }

    @Override
    public boolean shouldStop(Progress progress) {
        // Stop only at an evaluation, so that the last step of the run is an evaluated one.
        if (interval.stopAfterSteps().isEmpty()
                || !isDue(progress)
                || progress.score(Scores.bestStep(mainScore)).isEmpty()) {
            return false;
        }
        double since =
                progress.step() - progress.score(Scores.bestStep(mainScore)).getAsDouble();
        return since >= interval.stopAfterSteps().getAsDouble();
    }
}
