package io.bandpass.optim;

import io.bandpass.config.ScheduleConfig;
import java.util.function.DoubleUnaryOperator;

/**
 * Learning-rate schedule of a run, a pure function of the global step (method.md section 5): linear warm-up, then a
 * decay that is counted from step 0. It has no state, so a resumed run has the same rates as an uninterrupted one.
 *
 * <p>The two poly schedules are those of mmsegmentation 0.x (mmcv 1.x), which BEiT uses too, and of mmsegmentation 1.x
 * (mmengine).
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
        return rateAt(step, 1);
    }

    /**
     * Returns the rate of a group with a scaled base rate, as with layer decay; the start of the warm-up and the
     * minimum are not scaled.
     */
    public double rateAt(long step, double scale) {
        double peak = base * scale;
        long t = counted(step);
        return t < warmupSteps() ? warmup(t, peak) : decayed(t, peak);
    }

    /** Returns the rates of a step, as a function of a group's scale. */
    public DoubleUnaryOperator at(long step) {
        return scale -> rateAt(step, scale);
    }

    /** Returns the number that the rate of a step follows from. */
    private long counted(long step) {
        return switch (config.type()) {
            case POLY, POLY_AFTER_WARMUP -> step;
            // As in the authors' code, which updates the rate after each step, with that step's index.
            case COSINE, LINEAR, STEP, MULTISTEP, CONSTANT -> Math.max(0, step - 1);
        };
    }

    private double warmup(long t, double peak) {
        long warmupSteps = warmupSteps();
        double ratio = config.warmupRatio();
        return switch (config.type()) {
            // The decay goes on meanwhile.
            case POLY -> decayed(t, peak) * (1 - (1 - t / (double) warmupSteps) * (1 - ratio));
            // The last step of the warm-up has the peak.
            case POLY_AFTER_WARMUP ->
                warmupSteps == 1 ? peak : peak * (ratio + (1 - ratio) * (t / (warmupSteps - 1.0)));
            case COSINE, LINEAR, STEP, MULTISTEP, CONSTANT -> {
                double warm = config.warmupLearningRate();
                yield warm + t * ((peak - warm) / warmupSteps);
            }
        };
    }

    private double decayed(long t, double peak) {
        double minimum = config.minLearningRate();
        long afterWarmup = t - warmupSteps();
        return switch (config.type()) {
            case COSINE -> minimum + (peak - minimum) * (1 + Math.cos(Math.PI * t / totalSteps)) / 2;
            case LINEAR -> {
                double passed = afterWarmup / (double) Math.max(1, totalSteps - warmupSteps());
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
            case POLY -> poly(peak, t / (double) totalSteps);
            // The last step of the run has the minimum.
            case POLY_AFTER_WARMUP -> poly(peak, afterWarmup / (double) Math.max(1, totalSteps - warmupSteps() - 1));
        };
    }

    private double poly(double peak, double passed) {
        double minimum = config.minLearningRate();
        return minimum + (peak - minimum) * Math.pow(1 - passed, config.power());
    }

    /** Returns W, the optimizer steps of the warm-up. */
    public long warmupSteps() {
        return config.warmupSteps().isPresent() ? config.warmupSteps().getAsInt() : steps(config.warmupEpochs());
    }

    private long steps(double epochs) {
        return (long) (epochs * stepsPerEpoch);
    }

    private double dropped(double peak, long drops) {
        return peak * Math.pow(config.decayRate(), (double) drops);
    }
}
