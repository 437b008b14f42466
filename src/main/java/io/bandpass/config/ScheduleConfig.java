package io.bandpass.config;

import java.util.List;

/**
 * Learning-rate schedule as a function of the global step (method.md section 5). The two rates use the optimizer's
 * unit: per 512 images with {@code base-learning-rate}, absolute with {@code learning-rate}.
 *
 * @param type {@code cosine}, {@code linear}, {@code step}, {@code multistep} or {@code constant}
 * @param warmupEpochs epochs of linear warm-up; may be fractional
 * @param decayEpochs epochs between the drops of {@code step}
 * @param milestoneEpochs epochs of the drops of {@code multistep}
 * @param decayRate factor of each drop
 */
public record ScheduleConfig(
        Type type,
        double warmupEpochs,
        double warmupLearningRate,
        double minLearningRate,
        double decayEpochs,
        List<Double> milestoneEpochs,
        double decayRate) {
    /** Values of {@code schedule.type}. */
    public enum Type {
        COSINE,
        LINEAR,
        STEP,
        MULTISTEP,
        CONSTANT;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public ScheduleConfig {
        milestoneEpochs = List.copyOf(milestoneEpochs);
        Check.notNegative("schedule.warmup-epochs", warmupEpochs);
        Check.notNegative("schedule.warmup-learning-rate", warmupLearningRate);
        Check.notNegative("schedule.min-learning-rate", minLearningRate);
        Check.positive("schedule.decay-epochs", decayEpochs);
        Check.that(
                milestoneEpochs.stream().allMatch(epoch -> epoch > 0 && Double.isFinite(epoch)),
                "schedule.milestone-epochs",
                milestoneEpochs,
                "numbers above 0");
        Check.positive("schedule.decay-rate", decayRate);
    }
}
