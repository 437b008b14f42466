package io.bandpass.optim;

import io.bandpass.config.ScheduleConfig;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Learning-rate schedule of a run, a pure function of the global step (method.md section 5): linear warm-up, then a
 * decay that is counted from step 0. It has no state, so a resumed run has the same rates as an uninterrupted one.
 *
 * @param type {@code cosine}, {@code linear}, {@code step}, {@code multistep} or {@code constant}
 * @param base rate at the end of the warm-up
 * @param warm rate at step 0
 * @param minimum rate at the end of {@code cosine}
 * @param warmupSteps W
 * @param totalSteps T
 * @param decaySteps steps between the drops of {@code step}
 * @param milestones steps of the drops of {@code multistep}
 * @param decayRate factor of a drop
 */
public record LearningRateSchedule(
        ScheduleConfig.Type type,
        double base,
        double warm,
        double minimum,
        long warmupSteps,
        long totalSteps,
        long decaySteps,
        List<Long> milestones,
        double decayRate) {
    /** Fraction of the rate at the end of {@code linear}. */
    private static final double LINEAR_END = 0.01;

    /**
     * Creates the schedule of a run.
     *
     * @param config with absolute rates
     * @param base absolute rate
     */
    public static LearningRateSchedule of(ScheduleConfig config, double base, long stepsPerEpoch, long totalSteps) {
        return new LearningRateSchedule(
                config.type(),
                base,
                config.warmupLearningRate(),
                config.minLearningRate(),
                (long) (config.warmupEpochs() * stepsPerEpoch),
                totalSteps,
                Math.max(1, (long) (config.decayEpochs() * stepsPerEpoch)),
                config.milestoneEpochs().stream()
                        .map(epoch -> (long) (epoch * stepsPerEpoch))
                        .toList(),
                config.decayRate());
    }

    /**
     * Returns the rate of optimizer step k.
     *
     * @param step k, from 0
     */
    public double rateAt(long step) {
        // As in the authors' code, which updates the rate after each step, with that step's index.
        return value(Math.max(0, step - 1), base);
    }

    /**
     * Returns the rate of a group with a scaled base rate, as with layer decay; the start of the warm-up and the
     * minimum are not scaled.
     */
    public double rateAt(long step, double scale) {
        return value(Math.max(0, step - 1), base * scale);
    }

    /** Returns the rates of a step, as a function of a group's scale. */
    public DoubleUnaryOperator at(long step) {
        return scale -> rateAt(step, scale);
    }

    private double value(long t, double peak) {
        if (t < warmupSteps) {
            return warm + t * ((peak - warm) / warmupSteps);
        }
        return switch (type) {
            case COSINE -> minimum + (peak - minimum) * (1 + Math.cos(Math.PI * t / totalSteps)) / 2;
            case LINEAR -> {
                double passed = (t - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps);
                yield peak - (peak - peak * LINEAR_END) * passed;
            }
            case STEP -> dropped(peak, t / decaySteps);
            case MULTISTEP ->
                dropped(peak, milestones.stream().filter(m -> m <= t).count());
            case CONSTANT -> peak;
        };
    }

    private double dropped(double peak, long drops) {
        return peak * Math.pow(decayRate, (double) drops);
    }
}
