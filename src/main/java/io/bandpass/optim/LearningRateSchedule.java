package io.bandpass.optim;

import io.bandpass.config.ScheduleConfig;
import java.util.function.DoubleUnaryOperator;

/**
 * Learning-rate schedule of a run, a pure function of the global step (method.md section 5): linear warm-up, then a
 * decay that is counted from step 0. It has no state, so a resumed run has the same rates as an uninterrupted one.
 *
 * @param config with absolute rates
 * @param base absolute rate at the end of the warm-up
 * @param stepsPerEpoch optimizer steps per epoch, in which the configuration counts
 * @param totalSteps T, optimizer steps in the run
 */
public record LearningRateSchedule(ScheduleConfig config, double base, long stepsPerEpoch, long totalSteps) {
    /** Fraction of the rate at the end of {@code linear}. */
    private static final double LINEAR_END = 0.01;

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
        double warm = config.warmupLearningRate();
        double minimum = config.minLearningRate();
        long warmupSteps = warmupSteps();
        if (t < warmupSteps) {
            return warm + t * ((peak - warm) / warmupSteps);
        }
        return switch (config.type()) {
            case COSINE -> minimum + (peak - minimum) * (1 + Math.cos(Math.PI * t / totalSteps)) / 2;
            case LINEAR -> {
                double passed = (t - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps);
                yield peak - (peak - peak * LINEAR_END) * passed;
            }
            case STEP -> dropped(peak, t / Math.max(1, steps(config.decayEpochs())));
            case MULTISTEP ->
                dropped(
                        peak,
                        config.milestoneEpochs().stream()
                                .filter(epoch -> steps(epoch) <= t)
                                .count());
            case CONSTANT -> peak;
        };
    }

    /** Returns W, the optimizer steps of the warm-up. */
    public long warmupSteps() {
        return steps(config.warmupEpochs());
    }

    private long steps(double epochs) {
        return (long) (epochs * stepsPerEpoch);
    }

    private double dropped(double peak, long drops) {
        return peak * Math.pow(config.decayRate(), (double) drops);
    }
}
