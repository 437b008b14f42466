package io.bandpass.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * Learning-rate schedule as a function of the global step (method.md section 5). The two rates use the optimizer's
 * unit: per 512 images with {@code base-learning-rate}, absolute with {@code learning-rate}.
 *
 * @param type {@code cosine}, {@code linear}, {@code step}, {@code multistep}, {@code constant}, {@code poly}, whose decay
 *     counts from the start, or {@code poly-after-warmup}, whose decay counts from the end of the warm-up
 * @param warmupEpochs epochs of linear warm-up; may be fractional
 * @param warmupSteps optimizer steps of warm-up, in place of {@code warmupEpochs}
 * @param warmupLearningRate rate of the first step, except of the two poly schedules
 * @param decayEpochs epochs between the drops of {@code step}
 * @param milestoneEpochs epochs of the drops of {@code multistep}
 * @param decayRate factor of each drop
 * @param power exponent of the two poly schedules
 * @param warmupRatio rate of the first step of the two poly schedules, as a fraction of what it would be without warm-up
 */
public record ScheduleConfig(
        Type type,
        double warmupEpochs,
        @EmptyWord("none") OptionalInt warmupSteps,
        double warmupLearningRate,
        double minLearningRate,
        double decayEpochs,
        List<Double> milestoneEpochs,
        double decayRate,
        double power,
        double warmupRatio) {
    /** Values of {@code schedule.type}. */
    public enum Type {
        COSINE,
        LINEAR,
        STEP,
        MULTISTEP,
        CONSTANT,
        POLY,
        POLY_AFTER_WARMUP;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public ScheduleConfig {
        milestoneEpochs = List.copyOf(milestoneEpochs);
        Check.notNegative("schedule.warmup-epochs", warmupEpochs);
        warmupSteps.ifPresent(steps ->
                Check.that(steps >= 0, "schedule.warmup-steps", steps, "none or a whole number of at least 0"));
        Check.notNegative("schedule.warmup-learning-rate", warmupLearningRate);
        Check.notNegative("schedule.min-learning-rate", minLearningRate);
        Check.positive("schedule.decay-epochs", decayEpochs);
        Check.that(
                milestoneEpochs.stream().allMatch(epoch -> epoch > 0 && Double.isFinite(epoch)),
                "schedule.milestone-epochs",
                milestoneEpochs,
                "numbers above 0");
        Check.positive("schedule.decay-rate", decayRate);
        Check.positive("schedule.power", power);
        Check.fraction("schedule.warmup-ratio", warmupRatio);
    }

    /** Creates a schedule that is none of the two poly ones, with its warm-up in epochs. */
    public ScheduleConfig(
            Type type,
            double warmupEpochs,
            double warmupLearningRate,
            double minLearningRate,
            double decayEpochs,
            List<Double> milestoneEpochs,
            double decayRate) {
        this(
                type,
                warmupEpochs,
                OptionalInt.empty(),
                warmupLearningRate,
                minLearningRate,
                decayEpochs,
                milestoneEpochs,
                decayRate,
                1,
                0);
    }

    /** Whether there is a warm-up. */
    public boolean hasWarmup() {
        return warmupSteps.isPresent() ? warmupSteps.getAsInt() > 0 : warmupEpochs > 0;
    }

    /** Copy with another warm-up. */
    public ScheduleConfig withWarmup(double epochs, OptionalInt steps) {
        return new ScheduleConfig(
                type,
                epochs,
                steps,
                warmupLearningRate,
                minLearningRate,
                decayEpochs,
                milestoneEpochs,
                decayRate,
                power,
                warmupRatio);
    }

    /** Copy with other learning rates. */
    public ScheduleConfig withRates(double warmupRate, double minRate) {
        return new ScheduleConfig(
                type,
                warmupEpochs,
                warmupSteps,
                warmupRate,
                minRate,
                decayEpochs,
                milestoneEpochs,
                decayRate,
                power,
                warmupRatio);
    }
}
