package io.bandpass.config;

/**
 * How often a checkpoint is written, and how many stay.
 *
 * @param everySteps steps between checkpoints; one is also written at the end and when interrupted
 * @param keep how many of the newest checkpoints stay, beside the best
 */
public record CheckpointConfig(int everySteps, int keep) {
    public CheckpointConfig {
        Check.positive("checkpoint.every-steps", everySteps);
        Check.positive("checkpoint.keep", keep);
    }
}
