package io.bandpass.config;

/**
 * Interval and number of checkpoints.
 *
 * @param everySteps steps between checkpoints; one is also written at the end and on interruption
 * @param keep number of latest checkpoints to keep, in addition to the best
 */
public record CheckpointConfig(int everySteps, int keep) {
    public CheckpointConfig {
        Check.positive("checkpoint.every-steps", everySteps);
        Check.positive("checkpoint.keep", keep);
    }
}
